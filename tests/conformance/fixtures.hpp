#pragma once
#include <chrono>
#include <functional>
#include <vector>

#include "mcp/features.hpp"

/// What the public conformance suite (@modelcontextprotocol/conformance) expects of a server under test,
/// value for value: its scenarios name these tools, prompts and resources.
namespace mcpssh::conformance {

/// Results of every kind: text, image, audio, embedded resources, errors, progress, logging.
std::vector<mcp::Tool> content_tools();
/// Questions to the client in the middle of a call (legacy era).
std::vector<mcp::Tool> asking_tools();
/// Multi round-trip requests (2026-07-28).
std::vector<mcp::Tool> input_required_tools();
/// Tools whose calls go on as tasks (extension io.modelcontextprotocol/tasks).
std::vector<mcp::Tool> task_tools();
/// Tools that make the server say that a list changed.
std::vector<mcp::Tool> change_tools(std::function<void(mcp::Change)> announce);

std::vector<mcp::Resource> resources();
std::vector<mcp::ResourceTemplate> templates();
std::vector<mcp::Prompt> prompts();

base::Task<void> pause(std::chrono::milliseconds time);

/// One red pixel, and a WAV file without sound.
std::vector<unsigned char> png();
std::vector<unsigned char> wav();

}  // namespace mcpssh::conformance
