/** Style of the page of receptions: light and dark, readable in print. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1d1d1b, #ecebe6); --paper: light-dark(#fff, #141513);
  --line: light-dark(#dedbd3, #383833); --quiet: light-dark(#5a5953, #adaba2); --pass: light-dark(#17693f, #7fd6a1);
  --warn: light-dark(#7f5200, #f0c060); --fail: light-dark(#ab1f17, #ff9b90); --error: light-dark(#6a35b5, #cbb0ff); }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 1.5rem; }
p { max-width: 46rem; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; }
.filters { display: flex; gap: 1.5rem; flex-wrap: wrap; }
.scroll { overflow: auto; max-height: 92vh; max-width: 100%; }
table { border-collapse: collapse; }
thead th { position: sticky; top: 0; background: var(--paper); vertical-align: bottom; font-weight: 500; z-index: 1; }
thead th span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; font-size: .8rem; }
thead th:first-child { text-align: left; left: 0; z-index: 2; }
tbody th { text-align: left; font-weight: 400; width: 34rem; min-width: 14rem; max-width: 34rem; padding: .25rem .75rem .25rem 0; }
tbody th[scope=row] { position: sticky; left: 0; background: var(--paper); }
tbody th span { display: block; overflow-wrap: anywhere; }
.id { font-family: ui-monospace, monospace; font-size: .8rem; }
.title, .sentence { color: var(--quiet); font-size: .85rem; }
.sentence { color: var(--ink); }
.kind th { font-weight: 700; font-size: 1.1rem; padding-top: 1.5rem; }
tr { border-bottom: 1px solid var(--line); }
td { text-align: center; min-width: 1.6rem; border-left: 3px solid transparent; }
td.series, th.series { border-left-color: var(--line); }
td.changed { border-left-color: currentColor; }
td.silent { opacity: .3; }
.taken { color: var(--pass); } .lossy { color: var(--warn); } .refused { color: var(--fail); }
.crashed, .hung { color: var(--error); font-weight: 700; }
body:has(#only-effects:checked) tbody tr:not(.effects, .kind) { display: none; }
body:has(#only-changes:checked) tbody tr:not(.changes, .kind) { display: none; }
@media (max-width: 600px) { body { margin: .75rem; } tbody th { min-width: 10rem; max-width: 10rem; } }
@media print { .scroll { max-height: none; overflow: visible; } }
`;
