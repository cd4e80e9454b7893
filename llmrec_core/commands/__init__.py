"""The commands of `llmrec`, by what they are for; each file registers its own."""
