// Stands in for a model in embed.cc: work that grows with the batch.
#include <cmath>

double RunMyModel(int images);

double RunMyModel(int images) {
  double sum = 0;
  for (int i = 0; i < images * 5000; ++i) sum += std::sqrt(static_cast<double>(i));
  return sum;
}
