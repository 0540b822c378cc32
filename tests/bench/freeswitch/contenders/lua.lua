-- The dialogue of the benchmark, as a FreeSWITCH administrator writes it. argv[1]: the folder of prompts.
local sounds = argv[1]

local function ask(file)
  -- least, most digits, tries, ms to wait, terminators, prompt, prompt for wrong digits, pattern
  return session:playAndGetDigits(1, 1, 20, 5000, "", sounds .. "/" .. file, "", "1")
end

session:answer()
if ask("first.wav") == "1" and ask("second.wav") == "1" then
  session:streamFile(sounds .. "/third.wav")
end
session:hangup()
