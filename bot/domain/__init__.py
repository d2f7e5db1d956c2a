"""Pure, frozen objects in the words of the glossary. Imports nothing of ours, reads no clock, does no I/O."""
