// Any line a client could send: it must parse or be refused, and what we would answer must be one line of
// valid JSON.
#include <cstdint>
#include <cstdlib>

#include "base/text.hpp"
#include "mcp/wire/era.hpp"
#include "mcp/wire/jsonrpc.hpp"
#include "mcp/wire/modern_envelope.hpp"

namespace {

namespace mcp = mcpssh::mcp;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_line(const mcp::json::object& message) {
  const auto line = mcp::serialize(message);
  require(line.find('\n') == std::string::npos && mcpssh::base::is_utf8(line));
}

void check(const mcp::Message& message) {
  if (const auto* request = std::get_if<mcp::Request>(&message)) {
    require(mcp::read_id(mcp::to_json(request->id)) == request->id);
    if (mcp::era_of(*request) == mcp::Era::modern) (void)mcp::read_envelope(request->params);
    check_line(mcp::response(request->id, request->params));
  } else if (const auto* malformed = std::get_if<mcp::Malformed>(&message)) {
    check_line(mcp::error_response(malformed->id, malformed->error));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parcel = mcp::parse({reinterpret_cast<const char*>(data), size});
  require(parcel.batch || parcel.messages.size() == 1);
  for (const auto& message : parcel.messages) check(message);
  return 0;
}
