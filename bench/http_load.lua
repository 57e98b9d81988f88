-- wrk's side of `./dev bench http`: the request in $BODY again and again, each with an id of its own, by the sessions
-- named in $SESSIONS in turn; with $PAUSE every connection waits up to twice that many milliseconds before each request.
local before, behind = os.getenv("BODY"):match('^(.*"id":)%d+(.*)$')
local pause = tonumber(os.getenv("PAUSE") or "0")
local sessions = {}
for session in (os.getenv("SESSIONS") or ""):gmatch("%S+") do sessions[#sessions + 1] = session end

local headers = {
  ["Content-Type"] = "application/json",
  ["Accept"] = "application/json, text/event-stream",
}
if os.getenv("TOKEN") then headers["Authorization"] = "Bearer " .. os.getenv("TOKEN") end
if #sessions > 0 then headers["MCP-Protocol-Version"] = "2025-11-25" end

local id = 100
function request()
  id = id + 1
  if #sessions > 0 then headers["Mcp-Session-Id"] = sessions[id % #sessions + 1] end
  return wrk.format("POST", nil, headers, before .. id .. behind)
end

if pause > 0 then
  function delay() return math.random(0, 2 * pause) end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\n{"requests": %d, "seconds": %f, "errors": %d, "p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, summary.duration / 1e6, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
