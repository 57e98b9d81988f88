// Does the time a token's comparison takes say how much of a guess is right? Two kinds of guesses in random
// order, one right but for its last character, one wrong from the first; Welch's t of their times as in
// dudect (Reparaz, Balasch, Verbauwhede 2017), without the slowest part of the samples. |t| over 4.5 is taken
// for a leak.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "transport/http/brake.hpp"

namespace {

constexpr std::size_t samples = 1'000'000;
constexpr double leak = 4.5;
/// Interrupts make a few samples long, and not the same ones of both kinds.
constexpr double kept = 0.9;

const std::string token = "a-token-that-is-as-long-as-the-ones-we-make-0123456789abcdef";

struct Moments {
  double mean = 0, variance = 0, count = 0;
};

Moments moments(const std::vector<double>& times, double longest) {
  Moments found;
  double squares = 0;
  for (const double time : times) {
    if (time > longest) continue;
    found.count += 1;
    const double off = time - found.mean;
    found.mean += off / found.count;
    squares += off * (time - found.mean);
  }
  found.variance = squares / (found.count - 1);
  return found;
}

double welch(const std::array<std::vector<double>, 2>& times) {
  auto all = times[0];
  all.insert(all.end(), times[1].begin(), times[1].end());
  const auto edge = all.begin() + static_cast<std::ptrdiff_t>(kept * static_cast<double>(all.size()));
  std::nth_element(all.begin(), edge, all.end());
  const auto a = moments(times[0], *edge), b = moments(times[1], *edge);
  return (a.mean - b.mean) / std::sqrt(a.variance / a.count + b.variance / b.count);
}

template <class Compare>
void measure(benchmark::State& state, Compare compare) {
  std::array<std::string, 2> guesses{token, token};
  guesses[0].back() = 'X';
  guesses[1].front() = 'X';
  std::mt19937_64 dice(20260728);
  double t = 0;
  for (auto _ : state) {
    std::array<std::vector<double>, 2> times;
    for (std::size_t i = 0; i < samples; ++i) {
      const std::size_t kind = dice() & 1U;
      // One object for both, so that its address says nothing.
      const std::string guess = guesses[kind];
      const auto begin = std::chrono::steady_clock::now();
      benchmark::DoNotOptimize(compare(guess));
      const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
      times[kind].push_back(took.count());
    }
    t = welch(times);
  }
  state.counters["t"] = t;
}

/// As the server does it.
void BM_Token(benchmark::State& state) {
  const auto expected = mcpssh::transport::sha256(token);
  measure(state, [&](const std::string& guess) {
    return mcpssh::base::equal_constant_time(mcpssh::transport::sha256(guess), expected);
  });
  if (std::abs(state.counters["t"]) > leak) state.SkipWithError("the time tells a good guess from a bad one");
}
BENCHMARK(BM_Token)->Iterations(1)->Unit(benchmark::kMillisecond);

/// What the measurement has to find: a comparison that stops at the first difference.
void BM_NaiveComparison(benchmark::State& state) {
  measure(state, [](const std::string& guess) {
    const auto [mine, theirs] = std::ranges::mismatch(guess, token);
    return mine == guess.end() && theirs == token.end();
  });
  if (std::abs(state.counters["t"]) <= leak) state.SkipWithError("this measurement finds nothing");
}
BENCHMARK(BM_NaiveComparison)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
