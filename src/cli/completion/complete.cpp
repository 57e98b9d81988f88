#include "cli/completion/complete.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/text.hpp"
#include "cli/completion/values.hpp"

namespace mcpssh::cli {
namespace {

using Apps = std::vector<const CLI::App*>;

bool shown(const CLI::Option* option) {
  return !option->get_group().empty();
}

/// Of the command and those it stands in, whose options it takes as well.
std::vector<const CLI::Option*> options_of(const Apps& path) {
  std::vector<const CLI::Option*> all;
  for (const auto* app : path)
    for (const auto* option : app->get_options())
      if (!option->get_positional() && shown(option)) all.push_back(option);
  return all;
}

std::vector<std::string> names_of(const CLI::Option* option) {
  std::vector<std::string> names;
  for (const auto& name : option->get_snames()) names.push_back("-" + name);
  for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

const CLI::Option* find_option(const Apps& path, std::string_view name) {
  for (const auto* option : options_of(path))
    for (const auto& each : names_of(option))
      if (each == name) return option;
  return nullptr;
}

bool takes_value(const CLI::Option* option) {
  return option->get_expected_max() > 0 && option->get_type_size() > 0;
}

/// "HOSTS" of "HOSTS", "TEXT" of "TEXT:{a,b}".
std::string kind_of(const CLI::Option* option) {
  const auto type = option->get_type_name();
  return type.substr(0, type.find_first_of(":{"));
}

std::vector<Candidate> choices_of(const CLI::Option* option) {
  const auto type = option->get_type_name();
  const auto open = type.find('{'), close = type.find('}');
  std::vector<Candidate> choices;
  if (open == std::string::npos || close == std::string::npos) return choices;
  for (const auto choice : base::split(std::string_view(type).substr(open + 1, close - open - 1), ','))
    choices.push_back({std::string(choice), ""});
  return choices;
}

bool is_path(std::string_view kind) {
  return kind == "FILE" || kind == "PATH" || kind == "DIR";
}

/// Where a walk along the words has come to.
struct Walk {
  Apps path;
  const CLI::Option* open = nullptr;  ///< its value comes next
  std::size_t positionals = 0;
  bool only_positionals = false;  ///< behind --
  std::string config;

  void step(const std::string& word) {
    if (open != nullptr && (open->get_expected_min() > 0 || !word.starts_with('-'))) {
      if (open->check_lname("config")) config = word;
      open = nullptr;
      return;
    }
    open = nullptr;
    if (word == "--" && !only_positionals) {
      only_positionals = true;
    } else if (!only_positionals && word.size() > 1 && word.starts_with('-')) {
      const auto equals = word.find('=');
      const auto* option = find_option(path, word.substr(0, equals));
      if (option == nullptr || !takes_value(option)) return;
      if (equals == std::string::npos)
        open = option;
      else if (option->check_lname("config"))
        config = word.substr(equals + 1);
    } else {
      descend(word);
    }
  }

  /// The positional whose turn it is; the last one when it takes several.
  [[nodiscard]] const CLI::Option* positional() const {
    const CLI::Option* last = nullptr;
    std::size_t left = positionals;
    for (const auto* option : path.back()->get_options()) {
      if (!option->get_positional() || !shown(option)) continue;
      last = option;
      if (left == 0) return option;
      --left;
    }
    return last != nullptr && last->get_expected_max() > 1 ? last : nullptr;
  }

 private:
  void descend(const std::string& word) {
    if (!only_positionals && positionals == 0)
      for (const auto* command : path.back()->get_subcommands(nullptr))
        if (command->get_name() == word) {
          path.push_back(command);
          return;
        }
    ++positionals;
  }
};

class Collecting {
 public:
  Collecting(std::string prefix, std::string typed) : prefix_(std::move(prefix)), typed_(std::move(typed)) {}

  void add(Candidate candidate) {
    // Whatever is in a file, nothing here can mean anything to a shell.
    constexpr std::string_view harmless =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+@%=";
    if (!candidate.text.starts_with(typed_) ||
        candidate.text.find_first_not_of(harmless) != std::string::npos)
      return;
    candidate.text.insert(0, prefix_);
    candidate.description = base::printable(candidate.description, 100);
    out_.candidates.push_back(std::move(candidate));
  }
  void add(const CLI::Option* option, const ValuesOf& values, const std::string& config) {
    for (auto& choice : choices_of(option)) add(std::move(choice));
    const auto kind = kind_of(option);
    if (is_path(kind))
      out_.files = true;
    else
      for (auto& value : values(kind, config)) add(std::move(value));
  }
  Completion take() { return std::move(out_); }

 private:
  std::string prefix_, typed_;
  Completion out_;
};

/// "web1,@d" of a list: what stands before the last name stays.
std::size_t list_part(std::string_view typed) {
  const auto comma = typed.rfind(',');
  const std::size_t at = comma == std::string_view::npos ? 0 : comma + 1;
  return at < typed.size() && typed[at] == '!' ? at + 1 : at;
}

Completion values_for(const CLI::Option* option, const std::string& before, const std::string& typed,
                      const ValuesOf& values, const std::string& config) {
  const std::size_t cut = kind_of(option) == "HOSTS" ? list_part(typed) : 0;
  Collecting found(before + typed.substr(0, cut), typed.substr(cut));
  found.add(option, values, config);
  return found.take();
}

void add_commands(const CLI::App& app, Collecting& found) {
  for (const auto* command : app.get_subcommands(nullptr)) {
    if (command->get_name().empty() || command->get_group().empty()) continue;
    const auto& description = command->get_description();
    found.add({command->get_name(), description.substr(0, description.find('\n'))});
  }
}

Completion options_for(const Walk& walk, const std::string& typed, const ValuesOf& values) {
  if (const auto equals = typed.find('='); equals != std::string::npos) {
    const auto* option = find_option(walk.path, typed.substr(0, equals));
    if (option == nullptr || !takes_value(option)) return {};
    return values_for(option, typed.substr(0, equals + 1), typed.substr(equals + 1), values, walk.config);
  }
  Collecting found("", typed);
  for (const auto* option : options_of(walk.path))
    for (const auto& name : names_of(option)) found.add({name, option->get_description()});
  return found.take();
}

}  // namespace

Completion complete(const CLI::App& app, const std::vector<std::string>& words, const ValuesOf& values) {
  Walk walk;
  walk.path.push_back(&app);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) walk.step(words[i]);
  const std::string typed = words.empty() ? "" : words.back();
  if (walk.open != nullptr && (walk.open->get_expected_min() > 0 || !typed.starts_with('-')))
    return values_for(walk.open, "", typed, values, walk.config);
  if (!walk.only_positionals && typed.starts_with('-')) return options_for(walk, typed, values);
  Collecting found("", typed);
  if (!walk.only_positionals && walk.positionals == 0) add_commands(*walk.path.back(), found);
  auto out = found.take();
  if (const auto* positional = walk.positional()) {
    auto more = values_for(positional, "", typed, values, walk.config);
    std::ranges::move(more.candidates, std::back_inserter(out.candidates));
    out.files = out.files || more.files;
  }
  return out;
}

std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool within = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      word += line[++i];
      within = true;
    } else if (quote == 0 ? c == '\'' || c == '"' : c == quote) {
      quote = quote == 0 ? c : 0;
      within = true;
    } else if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      if (within) words.push_back(std::exchange(word, {}));
      within = false;
    } else {
      word += c;
      within = true;
    }
  }
  words.push_back(std::move(word));
  return words;
}

int complete_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  if (arguments.empty()) return 2;
  std::vector<std::string> words;
  if (arguments.front() == "line" && arguments.size() > 1)
    words = shell_words(arguments[1]);  // with the program's name
  else
    words = arguments;  // with "words" in its place
  if (!words.empty()) words.erase(words.begin());
  try {
    const auto found = complete(app, words, values_of);
    for (const auto& [text, description] : found.candidates)
      std::cout << text << (description.empty() ? "" : "\t") << description << "\n";
    if (found.files) std::cout << ":files\n";
  } catch (const std::exception&) {  // a person in the middle of a line wants no messages there
  }
  return 0;
}

}  // namespace mcpssh::cli
