import type { XesAttribute, XesDocument } from './xes-document.ts';
import { escapeXml } from './xml-scan.ts';

/** XES text of a document, piece by piece, in the order of IEEE 1849: reading it gives the same document. */
export function* writeXes(document: XesDocument): Generator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<log${attributesText(document.header)}>\n`;
  for (const extension of document.extensions) yield `  <extension${attributesText(extension)}/>\n`;
  for (const { scope, attributes } of document.globals) {
    yield `  <global${attributesText({ scope })}>\n${attributes.map((attribute) => attributeText(attribute, '    ')).join('')}  </global>\n`;
  }
  for (const classifier of document.classifiers) yield `  <classifier${attributesText(classifier)}/>\n`;
  for (const attribute of document.attributes) yield attributeText(attribute, '  ');
  for (const trace of document.traces) {
    yield '  <trace>\n';
    for (const attribute of trace.attributes) yield attributeText(attribute, '    ');
    for (const event of trace.events) yield eventText(event, '    ');
    yield '  </trace>\n';
  }
  for (const event of document.orphans) yield eventText(event, '  ');
  yield '</log>\n';
}

function eventText(event: readonly XesAttribute[], indent: string): string {
  return `${indent}<event>\n${event.map((attribute) => attributeText(attribute, `${indent}  `)).join('')}${indent}</event>\n`;
}

function attributeText(attribute: XesAttribute, indent: string): string {
  const key = attribute.type === 'values' ? '' : ` key="${escapeXml(attribute.key)}"`;
  const value = attribute.value === undefined ? '' : ` value="${escapeXml(attribute.value)}"`;
  const open = `${indent}<${attribute.type}${key}${value}`;
  if (attribute.children.length === 0) return `${open}/>\n`;
  const children = attribute.children.map((child) => attributeText(child, `${indent}  `)).join('');
  return `${open}>\n${children}${indent}</${attribute.type}>\n`;
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('');
}
