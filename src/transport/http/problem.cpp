#include "transport/http/problem.hpp"

#include <utility>

#include "base/json.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::transport {

Answer problem(unsigned status, std::string_view what, int code) {
  Answer answer;
  answer.status = status;
  mcp::RpcError error;
  error.code = code;
  error.message = what;
  answer.body = mcp::serialize(mcp::error_response(std::nullopt, error));
  return answer;
}

Answer method_not_allowed(std::string allow) {
  auto answer = problem(405, "this method does not exist here");
  answer.fields.emplace_back("Allow", std::move(allow));
  return answer;
}

Answer unavailable(std::string_view why) {
  auto answer = problem(503, why);
  answer.fields.emplace_back("Retry-After", "5");
  return answer;
}

Answer accepted() {
  Answer answer;
  answer.status = 202;
  return answer;
}

std::string agreed_version(std::string_view answer) {
  const auto parsed = base::parse_json(answer);
  if (!parsed || !parsed->is_object()) return {};
  const auto* result = base::find_object(parsed->get_object(), "result");
  if (result == nullptr) return {};
  return base::find_string(*result, "protocolVersion").value_or("");
}

}  // namespace mcpssh::transport
