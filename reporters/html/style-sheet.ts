/** The style sheet of pages. Without it they are as readable, and less pretty. */

import { darkPalette, lightPalette, type Palette } from '../palette.ts';

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}

export const styleSheet = `
:root{color-scheme:light dark;${variables(lightPalette)}}
@media (prefers-color-scheme:dark){:root{${variables(darkPalette)}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem clamp(.75rem,3vw,2.5rem) 4rem;max-width:90rem;background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.3rem;margin:2.5rem 0 .5rem;padding-top:.5rem;border-top:1px solid var(--line)}h3{font-size:1.1rem;margin:2rem 0 .5rem}h4{font-size:1rem;margin:0 0 .5rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,button:focus-visible,input:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code,pre,.number{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.875em}
small,.dim,figcaption,.id,.side-title,.ends{color:var(--dim)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.mark{font-weight:600}td .mark{white-space:nowrap}.pass{color:var(--pass)}.fail{color:var(--fail)}.inconclusive,.known{color:var(--unclear)}.none{color:var(--dim)}
.level{font-size:.75rem;font-weight:700;border:1px solid;border-radius:.25rem;padding:0 .35rem}
.gate{margin:.25rem 0}
.caveats{padding:.5rem 1rem .5rem 2rem;background:var(--panel);border-left:4px solid var(--unclear)}
.scroll{position:relative;overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.2rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:normal}
thead th{background:var(--panel)}
td.number,td.cell{white-space:nowrap}td.cell{text-align:center}
th[scope=row]{font-weight:400}th[scope=rowgroup]{background:var(--panel);font-weight:400}
.scoreboard td,.scoreboard th{border:0}.scoreboard svg{display:block;width:clamp(4rem,25vw,12.5rem);margin-top:.3rem;border-radius:3px}
.bar-pass{fill:var(--pass)}.bar-fail{fill:var(--fail)}.bar-unclear{fill:var(--unclear)}
.axis{stroke:var(--line)}.label{fill:var(--dim)}.window{fill:var(--line)}.event{fill:var(--link)}.end{fill:var(--fail)}
.finding{margin:1rem 0;padding:1rem;border:1px solid var(--line);border-radius:.5rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.5rem 0}dt{color:var(--dim)}dd{margin:0}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:.75rem}.side{min-width:0}.side-title{margin:.25rem 0;font-size:.85rem}
pre{margin:0 0 .5rem;padding:.5rem .75rem;background:var(--panel);border-radius:.25rem;overflow-x:auto;white-space:pre}
pre.command{white-space:pre-wrap}
mark{background:var(--mark);color:inherit;font-weight:600}
.ends{margin:.25rem 0;padding-left:1.2rem;font-size:.85rem}.timeline{margin:.25rem 0}.timeline svg{display:block}
details{margin:.25rem 0}summary{cursor:pointer}
.probe{border-bottom:1px solid var(--line);padding:.25rem 0}.probe[open]{padding-bottom:1rem}
:target{scroll-margin-top:1rem;outline:2px solid var(--link);outline-offset:4px;border-radius:.25rem}
figure{margin:0}.map td,.map th{padding:.1rem;min-width:1.7rem;text-align:center;font-size:.8rem;border:1px solid var(--line)}
.version-accepted{background:var(--pass);color:var(--page)}.version-unadvertised{background:var(--fail);color:var(--page)}.version-unlisted{background:var(--mark)}.version-listed{color:var(--pass)}.version-unusable,.version-silent{color:var(--unclear)}.version-unasked{color:var(--dim)}.advertised{font-weight:700}
.heat-1,.heat-2{background:var(--mark)}.heat-3,.heat-4{background:var(--fail);color:var(--page)}.heat-0{color:var(--dim)}
button,input{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:.25rem;padding:.15rem .5rem}
th button{background:none;border:0;padding:0;font-weight:600;cursor:pointer}
.filter{display:block;margin:.5rem 0}
.side-by-side{display:grid;grid-template-columns:1fr 1fr;gap:.75rem}
@media (max-width:30rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}th,td{padding:.2rem .35rem}}
@media print{body{max-width:none;font-size:11px}details::details-content{content-visibility:visible;height:auto}.hex,.filter,button.copy{display:none}.scroll,pre{overflow:visible;white-space:pre-wrap}}
`;
