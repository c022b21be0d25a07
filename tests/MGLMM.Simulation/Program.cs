using System.CommandLine;
using MGLMM.Simulation;
using MGLMM.Simulation.Costs;

Option<int> seed = new("--seed") { Description = "Another one gives another course of things.", DefaultValueFactory = _ => 1 };
Option<double> users = new("--users") { Description = "People of the tables with a day.", DefaultValueFactory = _ => 1e6 };
Option<string> hardware = new("--gpu") { Description = "h100, a100 or l4.", DefaultValueFactory = _ => "h100" };
hardware.AcceptOnlyFromAmong("h100", "a100", "l4");
Option<double?> price = new("--price") { Description = "Dollars for an hour of a GPU; an assumption where it is not given." };
Option<string> only = new("--only") { Description = "One table: costs, machines, million, breaks, patience, evictions or control.", DefaultValueFactory = _ => "all" };
only.AcceptOnlyFromAmong("all", "costs", "machines", "million", "breaks", "patience", "evictions", "control");
RootCommand root = new("Simulates clusters of 1 to 1,000 GPUs and writes the tables of docs/scaling.md.") { seed, users, hardware, price, only };
root.SetAction((parsed, cancellationToken) =>
{
    Hardware gpu = parsed.GetRequiredValue(hardware) switch
    {
        "a100" => Hardware.A100,
        "l4" => Hardware.L4,
        _ => Hardware.H100,
    };
    gpu = gpu with { PricePerHour = parsed.GetValue(price) ?? gpu.PricePerHour };
    Tables tables = new(gpu, parsed.GetRequiredValue(users), parsed.GetRequiredValue(seed), Console.Out);
    return Task.Run(() => tables.Write(parsed.GetRequiredValue(only), cancellationToken), cancellationToken);
});
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
