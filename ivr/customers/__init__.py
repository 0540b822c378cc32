"""Lists of customers as spreadsheets and other systems write them: read, judged line by line, and written."""
