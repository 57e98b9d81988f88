#include "control/questions_json.hpp"

#include <chrono>

#include "base/text.hpp"

namespace mcpssh::control {
namespace {

namespace json = base::json;

std::int64_t seconds(base::MonoTime::duration time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time).count();
}

json::object described(const approvals::LoginQuestion& question, std::chrono::milliseconds left) {
  json::array through;
  for (const auto& hop : question.through) through.push_back(json::string(base::to_utf8(hop)));
  return {{"id", question.id},
          {"principal", base::to_utf8(question.principal.name)},
          {"client", base::to_utf8(question.principal.client)},
          {"tool", question.tool},
          {"towards", base::to_utf8(question.towards)},
          {"host", base::to_utf8(question.host)},
          {"user", base::to_utf8(question.user)},
          {"address", base::to_utf8(question.address)},
          {"through", std::move(through)},
          {"host_key", base::to_utf8(question.host_key)},
          {"host_key_doubt", question.host_key_doubt},
          {"name", base::to_utf8(question.name)},
          {"instruction", base::to_utf8(question.instruction)},
          {"text", base::to_utf8(question.text)},
          {"asked", base::rfc3339(question.asked)},
          {"age_s", seconds(question.until - question.asked_mono - left)},
          {"expires_in_s", seconds(left)}};
}

}  // namespace

json::array login_questions(const gateway::Operators& operators) {
  json::array all;
  for (const auto* question : operators.login_questions())
    all.push_back(described(*question, operators.left(*question)));
  return all;
}

}  // namespace mcpssh::control
