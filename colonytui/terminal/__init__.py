"""What terminals can show and do: signs, meanings of colour, clipboard, editor."""
