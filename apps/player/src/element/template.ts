import { icons } from './icons.ts'

/** The player's shadow tree. Everything has its place from the first moment on: nothing moves when words or controls come. */
export const template = `
<div class="frame" part="frame">
  <video part="video" playsinline muted></video>
  <img class="backdrop" part="poster" alt="" hidden>
  <div class="card" part="card" hidden>
    <p class="kick"></p>
    <p class="card-title" role="status"></p>
    <p class="timer" role="timer"></p>
    <p class="card-text"></p>
  </div>
  <div class="notice" part="notice">
    <svg class="mark" viewBox="0 0 32 32" fill="none" stroke-linecap="round" aria-hidden="true">
      <path d="M2.5 5h27M6.5 5v24M25.5 5v24" stroke="currentColor" stroke-width="3.2"/>
      <path d="M16 5v6" stroke="currentColor" stroke-width="2.8"/>
      <path d="M10 10.5h12v6H10z" fill="currentColor"/>
      <path class="stream" d="M10.2 22q1.95-2.6 3.9 0t3.9 0 3.9 0M10.2 27.6q1.95-2.6 3.9 0t3.9 0 3.9 0" stroke-width="2.8"/>
    </svg>
    <p class="title" role="status"></p>
    <p class="text"></p>
  </div>
  <div class="wheel" role="status" hidden><span>Loading</span></div>
  <button class="start" part="start" type="button" aria-label="Play" hidden>${icons.play}</button>
  <div class="top">
    <p class="note" part="note" role="status" hidden></p>
    <button class="unmute" part="unmute" type="button" hidden>${icons.muted}Turn sound on</button>
  </div>
  <p class="said" role="status" aria-live="polite"></p>
  <div class="controls" part="controls" role="group" aria-label="Player controls" hidden>
    <input class="seek" part="seek" type="range" min="0" max="100" step="any" aria-label="Position" hidden>
    <div class="bar">
      <button class="play" part="button" type="button" aria-label="Pause">${icons.pause}</button>
      <button class="live" part="live" type="button"><i></i><span>Live</span></button>
      <span class="lag" part="lag" title="Behind the moment when the picture reached the server" hidden></span>
      <span class="space"></span>
      <button class="mute" part="button" type="button" aria-label="Mute">${icons.sound}</button>
      <input class="volume wide" part="volume" type="range" min="0" max="1" step="0.05" aria-label="Volume">
      <button class="choose" part="button" type="button" aria-label="Sound, captions and quality" aria-haspopup="true" aria-expanded="false" hidden>${icons.menu}</button>
      <button class="pip wide" part="button" type="button" aria-label="Picture in picture" hidden>${icons.pip}</button>
      <button class="fullscreen" part="button" type="button" aria-label="Full screen">${icons.full}</button>
    </div>
  </div>
  <div class="menu" part="menu" role="menu" aria-label="Sound, captions and quality" hidden></div>
</div>`
