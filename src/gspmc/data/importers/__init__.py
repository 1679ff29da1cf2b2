"""Published and private keypoint files, made clips."""
