export { PlaylistChecker } from './playlist-checker.ts'
export { type ReadPlaylist, readPlaylist } from './read-playlist.ts'
