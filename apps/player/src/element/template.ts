/** The player's shadow tree. media-chrome draws the controls; `notice`, `note` and `unmute` are ours. */
export const template = `
<media-controller part="controller" defaultstreamtype="live" autohide="3" gesturesdisabled>
  <video slot="media" part="video" playsinline muted></video>
  <img class="backdrop" alt="" slot="centered-chrome" noautohide hidden>
  <div class="card" part="card" slot="centered-chrome" noautohide hidden>
    <p class="kick"></p>
    <p class="card-title" role="status"></p>
    <p class="timer" role="timer"></p>
    <p class="card-text"></p>
  </div>
  <div class="notice" part="notice" slot="centered-chrome" noautohide>
    <svg class="mark" viewBox="0 0 32 32" fill="none" stroke-linecap="round" aria-hidden="true">
      <path d="M2.5 5h27M6.5 5v24M25.5 5v24" stroke="currentColor" stroke-width="3.2"/>
      <path d="M16 5v6" stroke="currentColor" stroke-width="2.8"/>
      <path d="M10 10.5h12v6H10z" fill="currentColor"/>
      <path class="stream" d="M10.2 22q1.95-2.6 3.9 0t3.9 0 3.9 0M10.2 27.6q1.95-2.6 3.9 0t3.9 0 3.9 0" stroke="#4fb3e6" stroke-width="2.8"/>
    </svg>
    <p class="title" role="status"></p>
    <p class="text"></p>
  </div>
  <media-loading-indicator slot="centered-chrome" loadingdelay="400" noautohide></media-loading-indicator>
  <p class="note" part="note" role="status" slot="top-chrome" noautohide hidden></p>
  <button class="unmute" part="unmute" type="button" slot="top-chrome" noautohide hidden>
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 9v6h4l5 4V5L8 9H4z" fill="currentColor"/><path d="M16.5 9.5l5 5m0-5l-5 5" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg>
    Turn sound on
  </button>
  <media-control-bar>
    <media-play-button></media-play-button>
    <media-live-button></media-live-button>
    <span class="lag" title="Behind the newest media" hidden></span>
    <span class="space"></span>
    <media-mute-button></media-mute-button>
    <media-volume-range></media-volume-range>
    <media-pip-button></media-pip-button>
    <media-fullscreen-button></media-fullscreen-button>
  </media-control-bar>
</media-controller>`
