using System.CommandLine;
using MGLMM.Data.Measurements;
using MGLMM.Models.Scenes;
using MGLMM.Runtime;

Argument<string> measurement = new("measurement") { Description = "tree, noise or pipeline." };
measurement.AcceptOnlyFromAmong("tree", "noise", "pipeline");
Argument<string> scenes = new("scenes") { Description = "A folder that truth.py wrote." };
Option<string> bundle = new("--model") { Description = "The bundle that annotates and checks.", DefaultValueFactory = _ => ScenesModel.BundlePath };
Option<int?> limit = new("--limit") { Description = "The first so many scenes." };
Option<string[]> proposals = new("--proposals") { Description = "Who proposes.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["panoptic", "list", "parts"] };
Option<bool> tell = new("--tell") { Description = "Tell every false claim that comes through the checks." };
RootCommand root = new("Measures the annotation pipeline on drawn scenes against their truth.") { measurement, scenes, bundle, limit, proposals, tell };
root.SetAction(async (parsed, _) =>
{
    string folder = parsed.GetRequiredValue(scenes);
    if (parsed.GetRequiredValue(measurement) == "tree")
    {
        await CheckMeasurement.TreeAsync(folder, parsed.GetValue(limit));
        return;
    }

    using MglmmModel model = await MglmmModel.LoadAsync(parsed.GetRequiredValue(bundle));
    await (parsed.GetRequiredValue(measurement) == "noise"
        ? CheckMeasurement.NoiseAsync(folder, parsed.GetValue(limit), model)
        : EndToEndMeasurement.RunAsync(folder, parsed.GetValue(limit), model, parsed.GetRequiredValue(proposals), parsed.GetValue(tell)));
});
return await root.Parse(args).InvokeAsync();
