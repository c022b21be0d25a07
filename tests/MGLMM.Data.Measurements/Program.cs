using System.CommandLine;
using MGLMM;
using MGLMM.Data.Measurements;
using MGLMM.Models.Scenes;
using MGLMM.Runtime;

const int DefaultCases = 200;

Argument<string> measurement = new("measurement") { Description = "tree, noise or pipeline; coco writes cases for coco.py, training files to train on." };
measurement.AcceptOnlyFromAmong("tree", "noise", "pipeline", "coco", "training");
Argument<string> scenes = new("scenes") { Description = "A folder that truth.py wrote; of coco, the folder to write cases into." };
Option<string> bundle = new("--model") { Description = "The bundle that annotates and checks.", DefaultValueFactory = _ => ScenesModel.BundlePath };
Option<int?> limit = new("--limit") { Description = "The first so many scenes." };
Option<string[]> proposals = new("--proposals") { Description = "Who proposes.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["panoptic", "list", "parts"] };
Option<bool> tell = new("--tell") { Description = "Tell every false claim that comes through the checks." };
Option<double> noise = new("--noise") { Description = "The share of regions that training spoils.", DefaultValueFactory = _ => 0.4 };
Option<int> seed = new("--seed") { Description = "Of the noise of training.", DefaultValueFactory = _ => 4 };
RootCommand root = new("Measures the annotation pipeline on drawn scenes against their truth.") { measurement, scenes, bundle, limit, proposals, tell, noise, seed };
root.SetAction(async (parsed, cancellationToken) =>
{
    string folder = parsed.GetRequiredValue(scenes);
    if (parsed.GetRequiredValue(measurement) == "tree")
    {
        await CheckMeasurement.TreeAsync(folder, parsed.GetValue(limit));
        return;
    }

    if (parsed.GetRequiredValue(measurement) == "coco")
    {
        await CocoCases.WriteAsync(folder, parsed.GetValue(limit) ?? DefaultCases, cancellationToken);
        return;
    }

    if (parsed.GetRequiredValue(measurement) == "training")
    {
        // Only a model that is named is asked back: the embedded one does not know every world.
        using IGroundingModel? asked = parsed.GetResult(bundle) is { Implicit: false } ? await MglmmModel.LoadAsync(parsed.GetRequiredValue(bundle), cancellationToken: cancellationToken) : null;
        await TrainingSets.WriteAsync(folder, parsed.GetValue(limit), parsed.GetRequiredValue(noise), parsed.GetRequiredValue(seed), asked, cancellationToken);
        return;
    }

    // Ctrl+C ends after the scene at hand, and what was measured by then is printed.
    using RememberingModel model = new(await MglmmModel.LoadAsync(parsed.GetRequiredValue(bundle), cancellationToken: CancellationToken.None));
    Console.WriteLine($"{model.Card.Name}, {model.Card.Precision}, {model.Card.Fingerprint}");
    await (parsed.GetRequiredValue(measurement) == "noise"
        ? CheckMeasurement.NoiseAsync(folder, parsed.GetValue(limit), model, cancellationToken)
        : EndToEndMeasurement.RunAsync(folder, parsed.GetValue(limit), model, parsed.GetRequiredValue(proposals), parsed.GetValue(tell), cancellationToken));
    Console.WriteLine($"{model.Asked} questions, {model.Answered} of them different ones");
});
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(10) });
