#include <xray/sdk.h>

#include <iostream>

int main(int, char** argv) {
  try {
    auto xr = xray::Client::fromFile(argv[1]);
    auto run = xr.startRun("product-selection", {{"market", "US"}});
    {
      auto step = run.step("price-filter", "filter");
      step.input({{"candidates", 120}, {"max_price", 50}});
      step.output({{"kept", 7}, {"first", xray::json(R"({"sku": "A-1"})")}});
      step.reasoning({{"percentage_eliminated", 94.2}, {"rule", "price <= 50"}});
    }
    run.end();
    const auto report = xr.close(std::chrono::seconds(30));
    std::cout << report.status.toString() << ", " << report.counters.accepted << " events\n";
    return report.status.ok() ? 0 : 1;
  } catch (const xray::ConfigError& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
