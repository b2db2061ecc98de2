"""Proofs that the log is unchanged and complete since it was recorded: the tree, checkpoints, exports, audits."""
