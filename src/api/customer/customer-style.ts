/** Style of the customers' pages: one column, large targets, light and dark, readable on any phone and in print. */
export const customerStyle = `:root{color-scheme:light dark;--ink:#1c2126;--soft:#555f6b;--line:#d5dae0;--page:#f5f6f8;--card:#fff;--accent:#0b57d0;--on:#fff;--good:#0a6b3d;--warn:#8a4b00;--ring:#0b57d0}
@media (prefers-color-scheme:dark){:root{--ink:#e9ecef;--soft:#aab3bd;--line:#3a424b;--page:#14171a;--card:#1d2125;--accent:#8ab4f8;--on:#0b1c33;--good:#7bd8a4;--warn:#f2b56b;--ring:#8ab4f8}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:17px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
.skip{position:absolute;left:-99em}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
header,main,footer{max-width:42rem;margin:0 auto;padding:1rem 1.25rem}
header{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;flex-wrap:wrap}
header strong{font-size:1.1rem}
nav a{display:inline-block;padding:.25rem .5rem;min-height:24px}
h1{font-size:1.7rem;line-height:1.25;margin:.5rem 0 1rem;letter-spacing:-.01em}
h2{font-size:1.2rem;margin:0 0 .5rem}
section,form.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.25rem;margin:0 0 1rem}
a{color:var(--accent);text-underline-offset:.15em}
p{margin:.5rem 0}.soft{color:var(--soft)}
.figure{font-size:1.5rem;font-weight:650;font-variant-numeric:tabular-nums}
ol.path{list-style:none;margin:1rem 0 0;padding:0}
ol.path li{position:relative;padding:0 0 .75rem 2rem}
ol.path li::before{content:"○";position:absolute;left:.25rem;color:var(--soft)}
ol.path li.done::before{content:"●";color:var(--good)}
ol.path li.now::before{content:"◐";color:var(--accent)}
ol.path li.now{font-weight:600}
table{width:100%;border-collapse:collapse}
caption{text-align:left;font-weight:600;padding-bottom:.25rem}
th,td{text-align:left;padding:.5rem .75rem .5rem 0;border-top:1px solid var(--line);vertical-align:top;font-weight:400}
thead th{border-top:0;color:var(--soft);font-size:.9rem}
td.n,th.n{text-align:right;padding-right:0;font-variant-numeric:tabular-nums;white-space:nowrap}
label{display:block;font-weight:600;margin:1rem 0 .25rem}
fieldset{border:0;padding:0;margin:1rem 0}legend{font-weight:600;padding:0}
.hint{color:var(--soft);font-size:.95rem;font-weight:400;margin:0 0 .25rem}
input,select,textarea{font:inherit;color:inherit;background:var(--page);border:1px solid var(--soft);border-radius:10px;padding:.6rem .75rem;width:100%;min-height:44px}
td select{width:auto;min-width:5rem}
input[type=radio],input[type=checkbox]{width:1.25rem;min-height:1.25rem;height:1.25rem;margin:0 .6rem 0 0;vertical-align:-.2rem;accent-color:var(--accent)}
label.choice{font-weight:400;margin:.25rem 0;padding:.4rem 0;min-height:32px}
button,.button{display:inline-block;font:inherit;font-weight:650;border:2px solid var(--accent);border-radius:10px;background:var(--accent);color:var(--on);padding:.65rem 1.25rem;min-height:44px;margin:1rem .75rem 0 0;cursor:pointer;text-decoration:none}
.button.quiet,button.quiet{background:transparent;color:var(--accent)}
:focus-visible{outline:3px solid var(--ring);outline-offset:2px}
.note{border-left:4px solid var(--accent);padding:.25rem 0 .25rem 1rem;margin:1rem 0}
.note.bad{border-color:var(--warn)}
.quote{background:var(--page);border-radius:10px;padding:.75rem 1rem;white-space:pre-line}
footer{color:var(--soft);font-size:.9rem;padding-bottom:3rem}
@media (prefers-reduced-motion:no-preference){button,.button{transition:filter .15s}button:hover,.button:hover{filter:brightness(1.08)}}
@media print{nav,form,.button,footer,.skip{display:none}body{background:#fff;color:#000}section{border-color:#999}}
@media (forced-colors:active){button,.button{border:2px solid ButtonText}}
`;
