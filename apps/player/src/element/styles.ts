// long because: one style sheet, read from top to bottom
/** The player's looks. It fills the box it is given and keeps the picture's shape inside. */
export const styles = `
:host {
  --sluice-accent: #4fb3e6;
  --sluice-on-accent: #0d1b20;
  --sluice-ground: #05090a;
  --sluice-ink: #f4f8f9;
  --sluice-ink-2: #b3c3c9;
  --sluice-panel: #0c1619;
  --sluice-radius: 8px;
  --sluice-font: 'Atkinson Hyperlegible Next Variable', system-ui, sans-serif;
  display: block;
  position: relative;
  container-type: inline-size;
  aspect-ratio: 16 / 9;
  background: var(--sluice-ground);
  color: var(--sluice-ink);
  font-family: var(--sluice-font);
}
:host([hidden]), [hidden] { display: none !important; }
.frame { position: absolute; inset: 0; overflow: hidden; background: var(--sluice-ground); }
.frame[data-idle] { cursor: none; }
.frame[data-bare] .controls { display: none; }
video { display: block; width: 100%; height: 100%; object-fit: contain; }
/* Captions stand above the controls while these are there. */
video::-webkit-media-text-track-container { transition: transform 0.15s; }
.frame[data-shown] video::-webkit-media-text-track-container { transform: translateY(-64px); }
video::cue { background: rgb(4 8 10 / 82%); color: #f4f8f9; font-family: inherit; }
button { font: inherit; color: inherit; cursor: pointer; }
:focus-visible { outline: 3px solid var(--sluice-ink); outline-offset: -3px; }
.notice {
  position: absolute;
  inset: 0;
  display: grid;
  place-content: center;
  justify-items: center;
  padding: 16px;
  line-height: 1.35;
  text-align: center;
  pointer-events: none;
}
.notice[data-busy] .mark, .notice[data-over-picture] .mark { display: none; }
.notice[data-over-picture] { background: rgb(5 9 10 / 78%); }
.mark { width: 52px; height: 52px; margin-bottom: 18px; }
.stream { stroke: var(--sluice-accent); animation: rise 2.8s ease-in-out infinite alternate; }
.title { margin: 0; font-size: clamp(18px, 3.2cqi, 26px); font-weight: 680; }
.text { margin: 6px 0 0; color: var(--sluice-ink-2); font-size: clamp(14px, 2cqi, 17px); }
/* The operator's words stand at the foot of the poster, or of the slate. */
.backdrop { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; pointer-events: none; }
.card {
  position: absolute;
  inset: 0;
  display: grid;
  align-content: end;
  gap: 6px;
  padding: 0 clamp(18px, 3.4cqi, 44px) clamp(16px, 3.2cqi, 40px);
  background: linear-gradient(to top, rgb(4 8 10 / 92%), rgb(4 8 10 / 55%) 45%, rgb(4 8 10 / 12%));
  text-align: start;
  pointer-events: none;
}
/* Over a slate with words of its own these must still be read. */
.card[data-over-picture] { padding-bottom: 96px; background: linear-gradient(to top, rgb(4 8 10 / 94%) 40%, rgb(4 8 10 / 70%)); }
.card p { margin: 0; overflow-wrap: anywhere; }
.card p:empty { display: none; }
.kick { font-size: clamp(14px, 1.4cqi, 16px); font-weight: 600; line-height: 1.375; }
.card-title { font-size: clamp(24px, 3.4cqi, 44px); font-weight: 700; line-height: 1.15; letter-spacing: -0.02em; text-wrap: balance; }
.timer { font-size: clamp(36px, 5cqi, 64px); font-weight: 700; line-height: 1.1; letter-spacing: -0.03em; font-variant-numeric: tabular-nums; }
.card-text { max-width: 56ch; font-size: clamp(15px, 1.5cqi, 18px); line-height: 1.4; }
.wheel { position: absolute; inset: 0; display: grid; place-content: center; pointer-events: none; }
.wheel::before {
  width: 44px;
  height: 44px;
  border: 4px solid rgb(255 255 255 / 28%);
  border-top-color: var(--sluice-ink);
  border-radius: 50%;
  content: '';
  animation: turn 0.9s linear infinite;
}
.wheel span, .said { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.start {
  position: absolute;
  inset: 0;
  display: grid;
  width: 76px;
  height: 76px;
  margin: auto;
  padding: 0;
  border: 0;
  border-radius: 50%;
  background: var(--sluice-accent);
  color: var(--sluice-on-accent);
  place-items: center;
}
.start svg { width: 38px; height: 38px; }
.start:focus-visible { outline-color: var(--sluice-ink); outline-offset: 3px; }
.top { position: absolute; top: 14px; left: 14px; display: grid; justify-items: start; gap: 10px; max-width: calc(100% - 28px); }
.unmute {
  display: inline-flex;
  align-items: center;
  gap: 8px;
  min-height: 44px;
  padding: 0 14px 0 11px;
  border: 0;
  border-radius: var(--sluice-radius);
  background: var(--sluice-ink);
  color: #0d1b20;
  font-size: 15px;
  font-weight: 650;
}
.unmute svg { width: 20px; height: 20px; }
.note { margin: 0; padding: 8px 12px; border-radius: var(--sluice-radius); background: rgb(5 9 10 / 82%); font-size: 15px; line-height: 1.35; }
.controls {
  position: absolute;
  right: 0;
  bottom: 0;
  left: 0;
  padding: 28px 8px 6px;
  background: linear-gradient(to top, rgb(4 8 10 / 88%), rgb(4 8 10 / 60%) 60%, transparent);
  transition: opacity 0.15s;
}
.frame[data-idle] .controls { opacity: 0; }
.bar { display: flex; align-items: center; gap: 4px; min-width: 0; }
.bar button { display: grid; flex: none; width: 44px; height: 44px; padding: 0; border: 0; border-radius: var(--sluice-radius); background: transparent; place-items: center; }
.bar button:hover, .bar button[aria-expanded='true'] { background: rgb(255 255 255 / 18%); }
.bar svg { width: 23px; height: 23px; }
.bar .live { display: inline-flex; align-items: center; gap: 8px; width: auto; padding: 0 12px; font-size: 14px; font-weight: 650; }
.live i { width: 10px; height: 10px; border-radius: 50%; background: #ff7063; }
.live[data-behind] i { background: transparent; box-shadow: inset 0 0 0 2px var(--sluice-ink-2); }
.lag {
  min-width: 96px;
  padding: 5px 9px;
  border-radius: 5px;
  background: rgb(4 8 10 / 62%);
  font-size: 14px;
  font-weight: 600;
  font-variant-numeric: tabular-nums;
  line-height: 18px;
  text-align: center;
  white-space: nowrap;
}
.space { flex: 1; min-width: 0; }
input[type='range'] { height: 24px; margin: 0; accent-color: var(--sluice-accent); cursor: pointer; }
.volume { width: 84px; }
.seek { display: block; width: calc(100% - 16px); margin: 0 8px; }
.menu {
  position: absolute;
  right: 8px;
  bottom: 62px;
  display: flex;
  flex-wrap: wrap;
  gap: 4px 8px;
  max-width: calc(100% - 16px);
  max-height: calc(100% - 74px);
  padding: 10px;
  box-sizing: border-box;
  border: 1px solid rgb(255 255 255 / 16%);
  border-radius: calc(var(--sluice-radius) + 4px);
  background: var(--sluice-panel);
  overflow: auto;
}
.menu section { flex: 1; min-width: 148px; }
.menu .h { display: block; padding: 2px 10px 6px; color: var(--sluice-ink-2); font-size: 13px; font-weight: 600; line-height: 18px; }
.menu button {
  display: grid;
  grid-template-columns: 18px minmax(0, 1fr);
  align-items: center;
  gap: 8px;
  width: 100%;
  min-height: 40px;
  padding: 0 10px 0 8px;
  border: 0;
  border-radius: 6px;
  background: none;
  font-size: 14.5px;
  font-weight: 500;
  text-align: left;
}
.menu button:hover { background: rgb(255 255 255 / 12%); }
.menu button[aria-checked='true'] { font-weight: 680; }
.menu svg { width: 17px; height: 17px; }
.menu button[aria-checked='false'] svg { visibility: hidden; }
@keyframes rise { from { transform: translateY(1.2px); opacity: 0.55; } to { transform: translateY(-0.8px); opacity: 1; } }
@keyframes turn { to { transform: rotate(1turn); } }
@container (max-width: 560px) {
  .wide { display: none !important; }
  .bar { gap: 0; }
  .controls { padding: 18px 4px 4px; }
  .bar .live { padding: 0 8px; }
  .lag { min-width: 88px; padding: 4px 7px; font-size: 13px; }
  .card { gap: 2px; }
  .card[data-over-picture] { padding-bottom: 60px; }
  .start { width: 64px; height: 64px; }
  .menu button { min-height: 44px; }
}
@container (max-width: 330px) { .lag { display: none; } }
@media (prefers-reduced-motion: reduce) {
  .stream { animation: none; }
  .wheel::before { animation-duration: 3s; }
  .controls, video::-webkit-media-text-track-container { transition: none; }
}
@media (forced-colors: active) { .live i { forced-color-adjust: none; } }
`
