using System.CommandLine;
using MGLMM.Hub;
using MGLMM.Models.Scenes;
using MGLMM.Samples.VisionAgent;
using MGLMM.Samples.VisionAgent.Chat;
using MGLMM.Samples.VisionAgent.Tour;
using MGLMM.SemanticKernel;

var demo = new Option<bool>("--demo") { Description = "Show every vision function on one picture, in a fixed order, without a planner." };
var image = new Option<string?>("--image") { Description = "Your own picture: PNG, JPEG or WebP. Default: a picture that comes with the sample." };
var model = new Option<string?>("--model") { Description = "A bundle folder, or the <org>/<name> of a model that 'mglmm pull' fetched. Default: the embedded scenes model." };
var ask = new Option<string?>("--ask") { Description = "Carry out one request and exit." };
var output = new Option<string>("--output", "-o") { Description = "Folder for pictures and exports.", DefaultValueFactory = _ => Path.Combine("output", "vision-agent") };
var prompts = new Option<string>("--prompts") { Description = "Folder of the prompt functions.", DefaultValueFactory = _ => VisionPrompts.DefaultFolder };
var root = new RootCommand("A chat agent that works on pictures through Semantic Kernel.\n\n" + ChatEndpoint.Help) { demo, image, model, ask, output, prompts };
root.SetAction((parsed, cancellationToken) => ExitCodes.GuardAsync(() =>
{
    if (parsed.GetValue(demo) && parsed.GetValue(ask) is not null)
    {
        throw new InputException("--demo and --ask exclude each other; give one of them.");
    }

    var bundle = parsed.GetValue(model) is { } named ? BundleRegistry.Resolve(named) : ScenesModel.BundlePath;
    var embedded = parsed.GetValue(model) is null;
    return parsed.GetValue(demo)
        ? VisionTour.RunAsync(new TourOptions(parsed.GetValue(image), bundle, embedded, parsed.GetRequiredValue(output)), cancellationToken)
        : ChatLoop.RunAsync(
            new AgentOptions(parsed.GetValue(image), bundle, embedded, parsed.GetValue(ask), parsed.GetRequiredValue(output), parsed.GetRequiredValue(prompts)),
            cancellationToken);
}));

var result = root.Parse(args);
return result.Errors.Count > 0
    ? ExitCodes.Report(ExitCodes.BadInput, $"{result.Errors[0].Message} See --help.")
    : await result.InvokeAsync().ConfigureAwait(false);
