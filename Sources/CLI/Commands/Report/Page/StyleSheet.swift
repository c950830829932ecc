/// What a page looks like: light, dark and on paper.
///
/// The colours of plans are Okabe and Ito's (2008), which people with any colour vision can tell apart; shapes of marks
/// and dashes of lines differ as well. No sign here is one
/// that has to be escaped: XML wants that in a style sheet, and HTML takes it as it stands.
enum StyleSheet {
    static let text = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --card: #f8f9fb; --ink: #1b2430; --soft: #5a6675; --faint: #8d98a7; --rule: #d9dee6;
          --bars: #cfd8e6; --plan0: #0072b2; --plan1: #d55e00; --plan2: #00805c; --front: #34465c;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #12171e; --card: #1a212b; --ink: #e6eaf0; --soft: #a4b0bf; --faint: #74818f; --rule: #323c49;
            --bars: #33445a; --plan0: #56b4e9; --plan1: #f0953f; --plan2: #2fc99b; --front: #c3d0e0;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--paper); color: var(--ink); font-size: 15px; line-height: 1.5;
          font-family: -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, Liberation Sans, sans-serif;
        }
        main { max-width: 1220px; margin: 0 auto; padding: 40px 28px 64px; }
        h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 4px; overflow-wrap: anywhere; }
        h2 { font-size: 20px; letter-spacing: -0.01em; margin: 48px 0 6px; }
        h3 { font-size: 14px; margin: 0; overflow-wrap: anywhere; }
        p { margin: 6px 0; max-width: 100ch; }
        .lead { color: var(--soft); font-size: 17px; margin: 0 0 22px; }
        .note, figcaption, .seen { color: var(--soft); font-size: 13px; }
        dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 2px 18px; margin: 0 0 22px; font-size: 14px; }
        dl.facts dt { color: var(--soft); }
        dl.facts dd { margin: 0; overflow-wrap: anywhere; }
        code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.92em; overflow-wrap: anywhere; }
        ul.findings { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px; }
        ul.findings li { border-left: 3px solid var(--plan0); padding: 2px 0 2px 14px; }
        figure { margin: 14px 0 0; }
        svg { display: block; max-width: 100%; height: auto; overflow: visible; }
        svg svg { overflow: hidden; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
        table.plans { width: 100%; font-size: 12.5px; margin: 14px 0 10px; }
        th { text-align: left; color: var(--soft); font-weight: 600; vertical-align: bottom; }
        table.plans th, table.plans td { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--rule); }
        td.number, th.number { text-align: right; }
        td.figure, td.number { white-space: nowrap; }
        tr.beaten td { color: var(--soft); }
        tr.best td:nth-child(2) { font-weight: 600; }
        .key { font-size: 11px; color: var(--faint); }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: 18px; margin-top: 16px; }
        section.card { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 14px 16px 12px; min-width: 0; }
        section.card table { width: 100%; font-size: 11.5px; margin-top: 6px; }
        section.card th, section.card td { padding: 2px 0 2px 6px; }
        section.card td, section.card th:nth-child(3) { white-space: nowrap; }
        section.card th:first-child, section.card td:first-child { padding-left: 0; }
        section.card .seen { font-size: 12px; margin: 2px 0 0; }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 12px 0 0; padding: 0; list-style: none; font-size: 13px; }
        .legend li { display: flex; align-items: center; gap: 8px; }
        .swatch { flex: none; max-width: none; }
        footer { margin-top: 56px; padding-top: 16px; border-top: 1px solid var(--rule); }
        text { fill: var(--ink); font-size: 12px; font-family: inherit; }
        .tick { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
        .axis-title { fill: var(--soft); font-size: 12px; font-weight: 600; }
        .middle { text-anchor: middle; }
        .end { text-anchor: end; }
        .axis { stroke: var(--faint); stroke-width: 1; }
        .grid { stroke: var(--rule); stroke-width: 1; }
        .original { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 7 4; }
        .original-label { font-weight: 600; }
        .original-band { fill: var(--ink); opacity: 0.07; }
        .front-line { fill: none; stroke: var(--front); stroke-width: 2; stroke-linejoin: round; opacity: 0.65; }
        .front-label { font-weight: 600; }
        .beaten-label { fill: var(--soft); font-size: 11px; }
        .leader { stroke: var(--faint); stroke-width: 0.75; }
        .interval { stroke: currentColor; stroke-width: 1.5; }
        .mark { fill: currentColor; stroke: var(--paper); stroke-width: 1.5; }
        .open { fill: var(--paper); stroke: currentColor; stroke-width: 1.5; }
        .dominated { color: var(--faint); opacity: 0.6; }
        .front { color: var(--front); }
        .plan0 { color: var(--plan0); }
        .plan1 { color: var(--plan1); }
        .plan2 { color: var(--plan2); }
        .bar { fill: currentColor; }
        .kept { fill: none; stroke: var(--faint); stroke-dasharray: 2 2; }
        .histogram { fill: var(--bars); }
        .function { fill: none; stroke: var(--ink); stroke-width: 3; opacity: 0.32; stroke-linejoin: round; }
        .polynomial { fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linejoin: round; }
        .plan1 .polynomial { stroke-dasharray: 7 3; }
        .plan2 .polynomial { stroke-dasharray: 2 2.5; stroke-width: 2; }
        .polynomials { fill: currentColor; opacity: 0.16; }
        @media screen and (max-width: 680px) {
          main { padding: 20px 14px 40px; }
          h1 { font-size: 24px; }
          h2 { margin-top: 36px; }
          .lead { font-size: 15px; }
          dl.facts { grid-template-columns: minmax(0, 1fr); }
          dl.facts dd { margin-bottom: 6px; }
          svg.wide { width: 800px; max-width: none; }
          table.plans { min-width: 760px; }
          .cards { grid-template-columns: minmax(0, 1fr); }
          section.card { padding: 12px 12px 10px; overflow-x: auto; }
        }
        @media print {
          :root {
            color-scheme: light;
            --paper: #ffffff; --card: #ffffff; --ink: #000000; --soft: #444444; --faint: #777777; --rule: #cccccc;
            --bars: #d5dbe5; --plan0: #0072b2; --plan1: #d55e00; --plan2: #00805c; --front: #34465c;
          }
          body { font-size: 9.5pt; }
          main { max-width: none; padding: 0; }
          .cards { grid-template-columns: repeat(2, 1fr); }
          section.card, figure, tr, ul.findings li { break-inside: avoid; }
          h2 { break-after: avoid; }
          .scroll { overflow: visible; }
          table.plans { font-size: 7.5pt; }
          section.card { padding: 8px 12px 6px; }
          section.card figure { margin: 4px 0 0; }
          section.card figure svg { max-height: 42mm; }
        }
        """
}
