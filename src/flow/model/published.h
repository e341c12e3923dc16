// What others have published of the zoo's networks: Table 1 of the paper
// ("BatchSizer", ASP-DAC 2021), and parameters and multiply-adds from the networks' own
// papers and from TF-slim's tables.
//
// Thread safety: free functions without state.
#pragma once

#include <span>
#include <string_view>

namespace batchsizer::flow {

struct PublishedNetwork {
  std::string_view name;   // in the zoo
  std::string_view title;  // in Table 1
  // Table 1. A megabyte is taken as 1e6 bytes; the paper does not say. It may well mean
  // 2^20: as 1e6 bytes, most of its files would be smaller than the weights in them. From
  // those figures our files are 2.6 to 5.0 % away, from these 0.1 to 2.2 %.
  double frozen_graph_mb;
  // Table 1's last column, there called MFLOPs. It is close to two operations for each
  // parameter, in millions, which is neither FLOPs nor multiply-adds of an image.
  double complexity;
  double parameters_m;  // millions
  double gmacs;         // thousand millions of multiply-adds an image
  std::string_view source;
  // Parameters with an auxiliary head that training uses and no file of ours has, but
  // that Table 1's complexity counts; 0: there is none.
  double parameters_with_head_m = 0.0;
};

// All ten, in Table 1's order, which is the zoo's.
[[nodiscard]] std::span<const PublishedNetwork> PublishedNetworks();

// nullptr for a name that is not the zoo's.
[[nodiscard]] const PublishedNetwork* FindPublished(std::string_view name);

}  // namespace batchsizer::flow
