/** The style of the reference page that the API brings along. */

export const pageStyle = `:root { color-scheme: light dark; }
body { font: 14px/20px system-ui, sans-serif; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 2rem; }
h2 { margin-top: 2.5rem; border-top: 1px solid; padding-top: 1rem; }
h3 { margin-top: 2rem; font-family: ui-monospace, monospace; font-size: 1rem; overflow-wrap: anywhere; }
h3:target, h2:target { background: Mark; color: MarkText; }
pre { overflow-x: auto; padding: .5rem; border: 1px solid GrayText; }
pre, code { font: 13px/18px ui-monospace, monospace; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid GrayText; }
`;
