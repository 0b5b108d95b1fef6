export { type LinkFrame, type LinkMessage, maxLinkFrameBytes, readFrameLink, writeEnd, writeFrameHead, writeTrack } from './frame-link.ts'
