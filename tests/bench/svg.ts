/**
 * The bars as a picture: how much of what the floor allows each figure takes, so that shorter is better in each line.
 *
 * @module
 */
import { isReached, type Judged, written } from "./bars.ts";

const WIDTH = 940;
const LINE = 30;
const TOP = 44;
const LEFT = 400;
const FLOOR_AT = 640;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .note { fill: #59636e; font-size: 12px }
  .floor { stroke: #59636e; stroke-dasharray: 3 3 }
  .goal { stroke: #1f2328; stroke-width: 2 }
  .reached { fill: #2da44e } .holds { fill: #bf8700 } .FAILED { fill: #cf222e }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .note { fill: #9198a1 }
    .floor { stroke: #9198a1 } .goal { stroke: #e6edf3 }
    .reached { fill: #3fb950 } .holds { fill: #d29922 } .FAILED { fill: #f85149 }
  }
`;

/** Draws the bars. */
export function draw(bars: readonly Judged[]): string {
  const height = TOP + bars.length * LINE + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="How much of each bar odeno takes">
<style>${STYLE}</style>
<text x="${LEFT}" y="22" class="note">shorter is better; a mark is the goal</text>
<text x="${FLOOR_AT}" y="22" class="note">floor</text>
${bars.map(row).join("\n")}
<line x1="${FLOOR_AT}" y1="28" x2="${FLOOR_AT}" y2="${height - 8}" class="floor"/>
</svg>
`;
}

function row(bar: Judged, index: number): string {
  const y = TOP + index * LINE;
  const { floor, goal = floor, verdict } = bar;
  const limits = `${written(bar, floor)}, goal ${written(bar, goal)}`;
  const label = `<text x="${LEFT - 10}" y="${y + 14}" text-anchor="end">${bar.text}</text>`;
  const note = (text: string) =>
    `<text x="${FLOOR_AT + 50}" y="${y + 14}">${text} <tspan class="note">(${
      bar.isLeast ? "at least" : "at most"
    } ${limits})</tspan></text>`;
  if (verdict === "ABSENT") return label + note("absent");
  const color = isReached(bar) ? "reached" : verdict;
  const mark = x(bar, goal);
  return `${label}
<rect x="${LEFT}" y="${y}" width="${
    (x(bar, bar.median) - LEFT).toFixed(1)
  }" height="18" rx="2" class="${color}"/>
<line x1="${mark.toFixed(1)}" y1="${y - 3}" x2="${mark.toFixed(1)}" y2="${y + 21}" class="goal"/>
${note(written(bar, bar.median))}`;
}

/** Where a figure stands. What is far beyond the floor ends at the edge of its place. */
function x({ isLeast, floor }: Judged, figure: number): number {
  const share = isLeast ? floor / figure : figure / floor;
  return LEFT + (FLOOR_AT - LEFT) * Math.min(Math.max(share, 0), 1.15);
}
