/**
 * OpenTelemetry traces, off unless the standard variables switch them on: `OTEL_TRACES_EXPORTER=otlp` (or `console`), or an
 * address in `OTEL_EXPORTER_OTLP_ENDPOINT`. Sent as OTLP over HTTP with protobuf.
 */
import { switchTracing } from '../engine/tracing.ts';
import { AppError } from '../wire/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Starts tracing where the environment asks for it; resolves to what sends the rest and stops, or undefined. */
export async function startTracing(env: Environment, version: string): Promise<(() => Promise<void>) | undefined> {
  const exporterName = exporterOf(env);
  if (exporterName === 'none') return undefined;
  const { context, propagation, trace } = await import('@opentelemetry/api');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { W3CTraceContextPropagator } = await import('@opentelemetry/core');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const { detectResources, envDetector, resourceFromAttributes } = await import('@opentelemetry/resources');
  const { BatchSpanProcessor, ConsoleSpanExporter, TracerProvider } = await import('@opentelemetry/sdk-trace');
  const exporter = exporterName === 'otlp' ? new OTLPTraceExporter() : new ConsoleSpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'reentry', 'service.version': version }).merge(detectResources({ detectors: [envDetector] })),
    sampler: await samplerOf(env),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  switchTracing(true);
  return async () => {
    switchTracing(false);
    // What cannot be sent any more is lost, and must not hold up a stop.
    await provider.shutdown().catch(() => {});
    trace.disable();
    context.disable();
    propagation.disable();
  };
} // prettier-ignore

function exporterOf(env: Environment): 'none' | 'otlp' | 'console' {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return 'none';
  const hasAddress = Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']);
  const name = env['OTEL_TRACES_EXPORTER'] || (hasAddress ? 'otlp' : 'none');
  if (name !== 'none' && name !== 'otlp' && name !== 'console')
    throw new AppError('tracing-unknown', { detail: `OTEL_TRACES_EXPORTER=${name}; known are otlp, console, none` });
  const protocol = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/protobuf';
  if (name === 'otlp' && protocol !== 'http/protobuf')
    throw new AppError('tracing-unknown', { detail: `OTEL_EXPORTER_OTLP_PROTOCOL=${protocol}; known is http/protobuf` });
  return name;
} // prettier-ignore

async function samplerOf(env: Environment) {
  const { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TraceIdRatioBasedSampler } = await import('@opentelemetry/sdk-trace'); // prettier-ignore
  const name = env['OTEL_TRACES_SAMPLER'] || 'parentbased_always_on';
  const ratio = Number(env['OTEL_TRACES_SAMPLER_ARG'] || '1');
  const roots = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  const root = roots[name.replace(/^parentbased_/, '') as keyof typeof roots];
  if (root === undefined || !(ratio >= 0 && ratio <= 1))
    throw new AppError('tracing-unknown', {
      detail: `OTEL_TRACES_SAMPLER=${name}, OTEL_TRACES_SAMPLER_ARG=${ratio}; known are ${Object.keys(roots).join(', ')}, each also with parentbased_ before it, and a number from 0 to 1`,
    });
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root: root() }) : root();
}
