"""`POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`."""
