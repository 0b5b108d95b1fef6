/** Error codes of this room and what the operator does about them. */
export const hlsErrors = {
  HLS_URL: 'The address is not of the form http(s)://host[:port]/path. Correct it.',
  HLS_DNS: 'The host name does not resolve. Check the spelling, then the DNS server of this machine.',
  HLS_TCP: 'The web server cannot be reached. Check host and port, and that no firewall blocks the connection.',
  HLS_TLS: 'The far end does not speak TLS on this port. Check whether it wants http:// instead of https://, or another port.',
  HLS_TLS_CERTIFICATE: 'The certificate of the web server is not trusted. Check the host name of the address.',
  HLS_TIMEOUT: 'The web server did not answer in time. Check the network; the server may be overloaded.',
  HLS_HTTP: 'The web server sent an unusable answer; the message says what. Try the address in a player.',
  HLS_FORBIDDEN: 'The web server refused the credentials. Check user, password and tokens in the address; a token may have expired.',
  HLS_NOT_FOUND: 'There is nothing at this address. Check it, and that the stream is running.',
  HLS_INTERNAL: 'A fault in Sluice ended this source; it reconnects. Report it with the log lines around it.',
  HLS_REDIRECTS: 'The web server redirects in a loop. Use the final address.',
  HLS_TOO_LARGE:
    'The web server sends more in one piece than Sluice takes, as the message says. Set the packager to segments of 2 to 6 s or a lower bitrate; if this is no stream, check the address.',
  HLS_COMPRESSED:
    'The web server sent a compressed answer that does not unpack to a playlist or segment. Switch compression off for this path.',
  HLS_NOT_A_PLAYLIST: 'There is no HLS playlist at this address. Use the address of the .m3u8 file, not that of a web page.',
  HLS_PLAYLIST: 'The playlist is broken, as the message says. Check the packager that writes it.',
  HLS_ENDED: 'The stream at the address has ended. Sluice reconnects; if the source ended it on purpose, there is nothing to do.',
  HLS_ENCRYPTED: 'The segments are encrypted, and Sluice has no keys for them. Ask the source to send them unencrypted.',
  HLS_SEGMENT_FORMAT: 'The segments are neither MPEG-TS nor fragmented MP4 nor packed audio. Set the packager to one of them.',
  HLS_SEGMENT_FRAMES: 'A segment has more frames than any real one. Set the packager to segments of 2 to 10 s.',
  HLS_SEGMENT_TIME:
    'The timestamps of a segment are minutes apart. Restart the packager; if it happens again, check the source that feeds it.',
  HLS_NO_MEDIA: 'The segments have no video or audio that Sluice can carry. Check the codecs of the stream.',
} as const
