/** The player's looks. It fills the box it is given and keeps the picture's shape inside. */
export const styles = `
:host {
  display: block;
  position: relative;
  aspect-ratio: 16 / 9;
  background: #05090a;
  color: #e8f0f2;
  font-family: 'Atkinson Hyperlegible Next Variable', system-ui, sans-serif;
}
:host([hidden]) { display: none; }
media-controller {
  width: 100%;
  height: 100%;
  --media-background-color: #05090a;
  --media-primary-color: #e8f0f2;
  --media-secondary-color: transparent;
  --media-control-hover-background: rgb(232 240 242 / 16%);
  --media-focus-box-shadow: 0 0 0 2px #4fb3e6;
  --media-live-button-indicator-color: #ff5a4d;
  --media-control-padding: 10px;
  --media-range-bar-color: #4fb3e6;
  --media-font-family: inherit;
  --media-font-size: 14px;
}
video { width: 100%; height: 100%; object-fit: contain; }
media-control-bar {
  width: 100%;
  padding: 28px 8px 4px;
  background: linear-gradient(to top, rgb(5 9 10 / 85%), transparent);
}
.space { flex: 1; }
media-live-button { --media-cursor: default; font-weight: 650; }
media-control-bar[hidden] { display: none; }
media-volume-range { width: 84px; }
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
.notice[hidden] { display: none; }
.notice[data-busy] .mark, .notice[data-over-picture] .mark { display: none; }
.notice[data-over-picture] { background: rgb(5 9 10 / 78%); }
/* The operator's words stand at the foot of the poster, or of the slate. */
.backdrop { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; pointer-events: none; }
.backdrop[hidden], .card[hidden], .lag[hidden] { display: none; }
.card {
  position: absolute;
  inset: 0;
  display: grid;
  align-content: end;
  gap: 6px;
  padding: 0 clamp(18px, 3.4vw, 44px) clamp(16px, 3.2vw, 40px);
  background: linear-gradient(to top, rgb(4 8 10 / 92%), rgb(4 8 10 / 55%) 45%, rgb(4 8 10 / 12%));
  color: #f4f8f9;
  text-align: start;
  pointer-events: none;
}
/* Over a slate with words of its own these must still be read. */
.card[data-over-picture] { padding-bottom: 96px; background: linear-gradient(to top, rgb(4 8 10 / 94%) 40%, rgb(4 8 10 / 70%)); }
.card p { margin: 0; overflow-wrap: anywhere; }
.card p:empty { display: none; }
.kick { font-size: clamp(14px, 1.4vw, 16px); font-weight: 600; line-height: 1.375; }
.card-title { font-size: clamp(24px, 3.4vw, 44px); font-weight: 700; line-height: 1.15; letter-spacing: -0.02em; text-wrap: balance; }
.timer { font-size: clamp(36px, 5vw, 64px); font-weight: 700; line-height: 1.1; letter-spacing: -0.03em; font-variant-numeric: tabular-nums; }
.card-text { max-width: 56ch; font-size: clamp(15px, 1.5vw, 18px); line-height: 1.4; }
.lag {
  align-self: center;
  min-width: 92px;
  padding: 4px 8px;
  border-radius: 5px;
  background: rgb(255 255 255 / 16%);
  color: #f4f8f9;
  font-size: 14px;
  font-weight: 600;
  font-variant-numeric: tabular-nums;
  text-align: center;
}
.mark { width: 52px; height: 52px; margin-bottom: 18px; }
.stream { animation: rise 2.8s ease-in-out infinite alternate; }
.title { margin: 0; font-size: clamp(18px, 3.2vw, 26px); font-weight: 680; }
.text { margin: 6px 0 0; color: #b3c3c9; font-size: clamp(14px, 2vw, 17px); }
.unmute {
  display: inline-flex;
  align-items: center;
  gap: 8px;
  align-self: flex-start;
  margin: 14px;
  padding: 9px 14px 9px 11px;
  border: 0;
  border-radius: 7px;
  background: #e8f0f2;
  color: #0d1b20;
  font: inherit;
  font-size: 15px;
  font-weight: 650;
  line-height: 1.3;
  cursor: pointer;
  pointer-events: auto;
}
.unmute[hidden], .note[hidden] { display: none; }
.note {
  align-self: flex-start;
  margin: 14px;
  padding: 8px 12px;
  border-radius: 7px;
  background: rgb(5 9 10 / 82%);
  font-size: 15px;
  line-height: 1.35;
}
.unmute:focus-visible { outline: 2px solid #4fb3e6; outline-offset: 2px; }
.unmute svg { width: 20px; height: 20px; }
@keyframes rise { from { transform: translateY(1.2px); opacity: 0.55; } to { transform: translateY(-0.8px); opacity: 1; } }
@media (prefers-reduced-motion: reduce) { .stream { animation: none; } }
@media (max-width: 480px) { media-volume-range, media-pip-button { display: none; } .card[data-over-picture] { padding-bottom: 56px; } .lag { min-width: 0; font-size: 13px; } }
`
