/** The report's style sheet: light and dark, narrow and wide, printed. */
export const style = `
:root { color-scheme: light dark; --ground: #ffffff; --text: #1d1d1f; --soft: #595959; --line: #d9d9d9; --panel: #f6f6f4; --mark: #8a4b00; --link: #0057a8; --shade: rgb(0 0 0 / .28); }
@media (prefers-color-scheme: dark) {
  :root { --ground: #161618; --text: #ececec; --soft: #b0b0b0; --line: #3a3a3d; --panel: #202023; --mark: #f4b942; --link: #7cb8ff; --shade: rgb(255 255 255 / .3); }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 64rem; background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.6rem 0 .8rem; padding-top: .6rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
nav { margin: 1rem 0; } nav a { margin-right: 1rem; } a { color: var(--link); }
.soft, figcaption { color: var(--soft); font-size: .9rem; }
.notice { border-left: 4px solid var(--mark); background: var(--panel); padding: .5rem .9rem; margin: 1rem 0; max-width: 46rem; }
.lead { font-size: 1.1rem; }
/* Shaded at the edge beyond which there is more: the covers scroll with the table, the shades do not. */
.wide { overflow-x: auto; margin: .8rem 0; container-type: inline-size; background-color: var(--ground); background-repeat: no-repeat;
  background-image: linear-gradient(90deg, var(--ground) 35%, transparent), linear-gradient(270deg, var(--ground) 35%, transparent), linear-gradient(90deg, var(--shade), transparent), linear-gradient(270deg, var(--shade), transparent);
  background-position: 0 0, 100% 0, 0 0, 100% 0; background-size: 2.5rem 100%, 2.5rem 100%, 1rem 100%, 1rem 100%; background-attachment: local, local, scroll, scroll; }
.wide:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; font-size: .9rem; overflow-wrap: normal; }
caption { text-align: left; color: var(--soft); padding: .2rem 1rem .5rem 0; position: sticky; left: 0; min-width: 16rem; max-width: min(46rem, 100cqw); }
th, td { padding: .32rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; }
tbody th { font-weight: 600; min-width: 8rem; }
thead th, thead th.number { vertical-align: bottom; white-space: normal; color: var(--soft); font-weight: 600; }
thead button { all: unset; cursor: pointer; font: inherit; }
thead button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
thead button::after { content: "\\a0\\2195"; opacity: .45; }
[aria-sort="ascending"] button::after { content: "\\a0\\2191"; opacity: 1; }
[aria-sort="descending"] button::after { content: "\\a0\\2193"; opacity: 1; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 1rem 0 2rem; }
.photos { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 28rem), 1fr)); gap: 0 2rem; }
.photos img { width: 8rem; height: 8rem; image-rendering: auto; display: block; margin-bottom: .4rem; }
.share { text-align: right; font-variant-numeric: tabular-nums; background: linear-gradient(90deg, color-mix(in srgb, var(--link) 30%, transparent) var(--share), transparent var(--share)); }
.canvas { position: relative; width: 100%; background: var(--ground); }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--soft); }
pre { background: var(--panel); padding: .8rem 1rem; overflow-x: auto; font-size: .85rem; overflow-wrap: normal; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .6rem 0; } dt { color: var(--soft); } dd { margin: 0; }
@media (max-width: 40rem) {
  body { padding: 1rem .75rem 3rem; } h1 { font-size: 1.4rem; }
  dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; }
}
@media print {
  :root { color-scheme: light; --ground: #ffffff; --text: #000000; --soft: #444444; --line: #bbbbbb; --panel: #f2f2f2; --mark: #8a4b00; --link: #000000; }
  body { max-width: none; padding: 0; font-size: 10pt; } nav, .screen { display: none; }
  .share { print-color-adjust: exact; } figure, tr { break-inside: avoid; } h2, h3, thead, caption { break-after: avoid; } .wide { overflow: visible; background: none; container-type: normal; } table { font-size: 8pt; } th, td { padding: .25rem; } tbody th { min-width: 0; } caption { position: static; max-width: 46rem; } pre { white-space: pre-wrap; }
  thead button::after { content: ""; }
}
`;
