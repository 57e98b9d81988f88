#include "cli/usage.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "cli/exact_words.hpp"

namespace mcpssh::cli {
namespace {

/// The command that was named: "hosts add"; no words where it is the program itself.
struct Named {
  const CLI::App* command;
  std::string words{};
};

Named named(const CLI::App& app) {
  Named out{&app};
  while (!out.command->get_subcommands().empty()) {
    out.command = out.command->get_subcommands().front();
    out.words += (out.words.empty() ? "" : " ") + out.command->get_name();
  }
  return out;
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands(nullptr))
    if (!command->get_group().empty()) names.push_back(command->get_name());
  return names;
}

/// Its own, and those of the program around it, which it takes as well.
std::vector<std::string> options_of(const CLI::App* app) {
  std::vector<std::string> names;
  for (; app != nullptr; app = app->get_parent())
    for (const auto* option : app->get_options())
      if (!option->get_group().empty())
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::string near_one(std::string_view word, const std::vector<std::string>& candidates) {
  const auto near = base::nearest(word, candidates);
  return near ? fmt::format("; did you mean {}?", *near) : "";
}

std::string has_no(const std::string& words, std::string_view kind) {
  return words.empty() ? fmt::format("there is no {}", kind) : fmt::format("{} has no {}", words, kind);
}

/// What was said that nothing takes.
std::string about_extra(const CLI::App& app, const std::string& extra) {
  const auto [command, words] = named(app);
  const std::string shown = base::printable(extra, 100);
  if (extra.starts_with('-')) {
    const std::string name = extra.substr(0, extra.find('='));
    const auto hint = command->get_name() == "check" ? "; a command goes in quotes: mcp-ssh check 'rm -r x'"
                                                     : near_one(name, options_of(command));
    return fmt::format("{} {}{}", has_no(words, "option"), base::printable(name, 100), hint);
  }
  if (const auto commands = commands_of(*command); !commands.empty())
    return fmt::format("{} `{}`{}", has_no(words, "command"), shown, near_one(extra, commands));
  return fmt::format("{} takes no further word, and `{}` is one", words, shown);
}

}  // namespace

std::string usage_text(const CLI::App& app, const CLI::ParseError& error) {
  const auto extras = app.remaining(true);
  const bool extra = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extras.empty();
  const std::string what = extra ? about_extra(app, without_marks(extras.front()))
                                 : base::printable(without_marks(error.what()), 1000);
  const auto words = named(app).words;
  return fmt::format("mcp-ssh: {} [{}]\nRun mcp-ssh{}{} --help for more information.\n", what,
                     base::to_string(base::Fault::usage), words.empty() ? "" : " ", words);
}

}  // namespace mcpssh::cli
