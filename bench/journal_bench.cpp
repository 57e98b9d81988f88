// What a record costs: append() with one caller (a sync each), with 64 callers (they share), and verify().
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

#include "audit/journal.hpp"
#include "audit/verify.hpp"

namespace {

namespace asio = mcpssh::base::asio;
namespace audit = mcpssh::audit;
using mcpssh::base::Task;
using Microseconds = std::chrono::duration<double, std::micro>;

/// Beside the working directory, not on a tmpfs: a sync has to reach a disk.
struct Directory {
  Directory() {
    std::string pattern = (std::filesystem::current_path() / "journal-bench-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Directory() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

audit::Record sample() {
  audit::Record record;
  record.kind = audit::Kind::refused;
  record.call = "call_0123456789abcdef";
  record.host = "web1";
  record.tool = "ssh_run";
  record.command = "systemctl status nginx --no-pager";
  record.decision = "allowed";
  record.digest = std::string(64, 'd');
  record.principal.client = "client 1.0";
  return record;
}

Task<void> open_into(asio::io_context& io, std::filesystem::path path,
                     std::unique_ptr<audit::Journal>& journal) {
  journal = co_await audit::Journal::open(io.get_executor(), std::move(path), mcpssh::base::Clock());
}

Task<void> append_many(audit::Journal& journal, int count, std::vector<double>& microseconds) {
  for (int i = 0; i < count; ++i) {
    const auto start = std::chrono::steady_clock::now();
    co_await journal.append(sample());
    microseconds.push_back(Microseconds(std::chrono::steady_clock::now() - start).count());
  }
}

Task<void> append_one(audit::Journal& journal, audit::Record record) {
  co_await journal.append(std::move(record));
}

struct Bench {
  Bench() {
    spawn(open_into(io, directory.path / "audit.jsonl", journal));
    run();
  }
  void spawn(Task<void> task) {
    asio::co_spawn(io, std::move(task), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
  }
  void run() {
    io.restart();
    io.run();
  }
  Directory directory;
  asio::io_context io;
  std::unique_ptr<audit::Journal> journal;
};

void append(benchmark::State& state) {
  Bench bench;
  const auto callers = static_cast<int>(state.range(0));
  std::vector<double> microseconds;
  for (auto _ : state) {
    for (int i = 0; i < callers; ++i) bench.spawn(append_many(*bench.journal, 100, microseconds));
    bench.run();
  }
  std::ranges::sort(microseconds);
  state.counters["p50_us"] = microseconds[microseconds.size() / 2];
  state.counters["p99_us"] = microseconds[microseconds.size() * 99 / 100];
  state.SetItemsProcessed(static_cast<std::int64_t>(microseconds.size()));
}
BENCHMARK(append)->Arg(1)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime();

void verify(benchmark::State& state) {
  Bench bench;
  std::vector<double> ignored;
  for (int i = 0; i < 512; ++i) bench.spawn(append_many(*bench.journal, 200, ignored));
  bench.run();
  const auto size = std::filesystem::file_size(bench.journal->file());
  for (auto _ : state) {
    const auto result = audit::verify(bench.journal->file());
    if (!result || !result->problems.empty()) state.SkipWithError("the chain does not verify");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK(verify)->Unit(benchmark::kMillisecond);

/// A start beside a log of 102,400 records whose server was killed with one of them unfinished.
void reopen_after_a_kill(benchmark::State& state) {
  Bench bench;
  std::vector<double> ignored;
  for (int i = 0; i < 512; ++i) bench.spawn(append_many(*bench.journal, 200, ignored));
  bench.run();
  const auto path = bench.journal->file();
  for (auto _ : state) {
    state.PauseTiming();
    audit::Record begun = sample();
    begun.kind = audit::Kind::begin;
    bench.spawn(append_one(*bench.journal, begun));
    bench.run();
    bench.journal.reset();
    state.ResumeTiming();
    bench.spawn(open_into(bench.io, path, bench.journal));
    bench.run();
    if (bench.journal->recovery().orphaned != 1) state.SkipWithError("the orphan was not found");
  }
}
BENCHMARK(reopen_after_a_kill)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
