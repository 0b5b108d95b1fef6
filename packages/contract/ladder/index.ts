export { type FromLadder, ladderType, maxLadderBytes, readFromLadder, readToLadder, type ToLadder, writeLadder } from './messages.ts'
export { maxPictureBytes, pictureType, readPicture, writePicture } from './pictures.ts'
