#include "mcp/wire/jsonrpc.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

namespace code = protocol::code;

Malformed malformed(std::optional<RequestId> id, int error_code, std::string message) {
  return Malformed{std::move(id), RpcError{error_code, std::move(message), {}}};
}

RpcError read_error(const json::value& value) {
  RpcError error{code::internal_error, "", {}};
  if (const auto* object = value.if_object()) {
    error.message = base::find_string(*object, "message").value_or("");
    if (const auto* number = object->if_contains("code"); number != nullptr && number->is_int64())
      error.code = static_cast<int>(number->get_int64());
  }
  return error;
}

Message read_response(json::object& object, std::optional<RequestId> id) {
  if (const auto* error = object.if_contains("error"))
    return Response{std::move(id), std::unexpected(read_error(*error))};
  if (auto* result = object["result"].if_object()) return Response{std::move(id), std::move(*result)};
  return Response{std::move(id),
                  std::unexpected(RpcError{code::invalid_request, "the result is not an object", {}})};
}

Message read_message(json::value& value) {
  auto* object = value.if_object();
  if (object == nullptr) return malformed({}, code::invalid_request, "a message must be an object");
  std::optional<RequestId> id;
  const auto* raw_id = object->if_contains("id");
  if (raw_id != nullptr) id = read_id(*raw_id);
  if (base::find_string(*object, "jsonrpc") != "2.0")
    return malformed(std::move(id), code::invalid_request, R"(a message must have "jsonrpc": "2.0")");

  auto* method = object->if_contains("method");
  if (method == nullptr) {
    if (object->contains("result") || object->contains("error")) return read_response(*object, std::move(id));
    return malformed(std::move(id), code::invalid_request,
                     "a message must have a method, a result or an error");
  }
  if (raw_id != nullptr && !id)
    return malformed({}, code::invalid_request,
                     "an id must be an integer of 64 bits or a string of at most 256 bytes");
  if (!method->is_string())
    return malformed(std::move(id), code::invalid_request, "the method must be a string");

  json::object params;
  if (auto* given = object->if_contains("params")) {
    if (!given->is_object())
      return malformed(std::move(id), code::invalid_params, "params must be an object");
    params = std::move(given->get_object());
  }
  std::string name(method->get_string());
  if (!id) return Notification{std::move(name), std::move(params)};
  return Request{std::move(*id), std::move(name), std::move(params)};
}

json::object envelope() {
  return {{"jsonrpc", "2.0"}};
}

}  // namespace

json::value to_json(const RequestId& id) {
  if (const auto* number = std::get_if<std::int64_t>(&id)) return *number;
  return json::value(std::get<std::string>(id));
}

std::string to_text(const RequestId& id) {
  return json::serialize(to_json(id));
}

std::optional<RequestId> read_id(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_string() || value.get_string().size() > protocol::id_bytes) return std::nullopt;
  return std::string(value.get_string());
}

Parcel parse(std::string_view text) {
  auto document = base::parse_json(text);
  if (!document) return {false, {malformed({}, code::parse_error, document.error().cause())}};
  auto* array = document->if_array();
  if (array == nullptr) return {false, {read_message(*document)}};
  if (array->empty()) return {false, {malformed({}, code::invalid_request, "an empty batch")}};
  if (array->size() > protocol::batch_messages)
    return {false, {malformed({}, code::invalid_request, "a batch of more than 256 messages")}};
  Parcel parcel{true, {}};
  for (auto& value : *array) parcel.messages.push_back(read_message(value));
  return parcel;
}

json::object response(const RequestId& id, json::object result) {
  auto message = envelope();
  message["id"] = to_json(id);
  message["result"] = std::move(result);
  return message;
}

std::string response_line(const RequestId& id, std::string_view result) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{}}})", to_text(id), result);
}

json::object to_json(const RpcError& error) {
  json::object body{{"code", error.code}, {"message", error.message}};
  if (error.data) body["data"] = *error.data;
  return body;
}

json::object error_response(const std::optional<RequestId>& id, const RpcError& error) {
  auto message = envelope();
  if (id) message["id"] = to_json(*id);
  message["error"] = to_json(error);
  return message;
}

json::object request(const RequestId& id, std::string_view method, json::object params) {
  auto message = envelope();
  message["id"] = to_json(id);
  message["method"] = method;
  message["params"] = std::move(params);
  return message;
}

json::object notification(std::string_view method, json::object params) {
  auto message = envelope();
  message["method"] = method;
  message["params"] = std::move(params);
  return message;
}

std::string serialize(const json::value& message) {
  auto text = json::serialize(message);
  return base::is_utf8(text) ? text : base::to_utf8(text);
}

}  // namespace mcpssh::mcp
