/** The player's shadow tree. media-chrome draws the controls; `notice` and `unmute` are ours. */
export const template = `
<media-controller part="controller" defaultstreamtype="live" autohide="3" gesturesdisabled>
  <video slot="media" part="video" playsinline muted></video>
  <div class="notice" part="notice" slot="centered-chrome" noautohide>
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 29V4h24v25" fill="none" stroke="currentColor" stroke-width="3.4" stroke-linejoin="round" stroke-linecap="round"/>
      <rect x="9" y="5" width="14" height="8" rx="1" fill="currentColor"/>
      <path class="stream" d="M9.5 18h13M9.5 23h13M9.5 28h13" stroke="#4fb3e6" stroke-width="2.8" stroke-linecap="round"/>
    </svg>
    <p class="title" role="status"></p>
    <p class="text"></p>
  </div>
  <media-loading-indicator slot="centered-chrome" loadingdelay="400" noautohide></media-loading-indicator>
  <button class="unmute" part="unmute" type="button" slot="top-chrome" noautohide hidden>
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 9v6h4l5 4V5L8 9H4z" fill="currentColor"/><path d="M16.5 9.5l5 5m0-5l-5 5" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg>
    Turn sound on
  </button>
  <media-control-bar>
    <media-play-button></media-play-button>
    <media-live-button></media-live-button>
    <span class="space"></span>
    <media-mute-button></media-mute-button>
    <media-volume-range></media-volume-range>
    <media-pip-button></media-pip-button>
    <media-fullscreen-button></media-fullscreen-button>
  </media-control-bar>
</media-controller>`
