#include "guard/environment.hpp"

#include "guard/path.hpp"

namespace mcpssh::guard {

Environment::Environment(std::string_view directory) {
  if (directory == "?")
    directory_ = Field::unknown("$PWD", false);
  else if (directory == "~" || directory.starts_with("~/"))
    directory_ = home_path(directory.substr(1));
  else if (!directory.empty())
    directory_ = absolute(Field(directory), Field());
}

const Field* Environment::find(std::string_view name) const {
  if (blind_) return nullptr;
  const auto found = variables_.find(name);
  return found == variables_.end() ? nullptr : &found->second;
}

void Environment::set(std::string_view name, Field value) {
  variables_.insert_or_assign(std::string(name), std::move(value));
}

void Environment::forget(std::string_view name) {
  set(name, Field::unknown("$" + std::string(name), true));
}

void Environment::change_directory(const Field& target) {
  if (target.text() == "-" || target.glob())
    directory_ = Field::unknown("$PWD", false);
  else
    directory_ = absolute(target, directory_);
}

std::string Environment::saved_directory() const {
  return directory_.literal() ? directory_.text() : std::string("?");
}

void Environment::merge(const Environment& other) {
  for (const auto& [name, value] : other.variables_) {
    const auto mine = variables_.find(name);
    if (mine == variables_.end() || mine->second != value) forget(name);
  }
  for (auto& [name, value] : variables_)
    if (!other.variables_.contains(name)) value = Field::unknown("$" + name, true);
  if (directory_ != other.directory_) directory_ = Field::unknown("$PWD", false);
  blind_ = blind_ || other.blind_;
}

}  // namespace mcpssh::guard
