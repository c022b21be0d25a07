using System.CommandLine;
using MGLMM.Hub;
using MGLMM.Models.Scenes;
using MGLMM.Samples.VisionAgent;
using MGLMM.Samples.VisionAgent.Chat;
using MGLMM.Samples.VisionAgent.Tour;
using MGLMM.SemanticKernel;

Option<bool> demo = new("--demo") { Description = "Show every vision function on one picture, in a fixed order, without a planner." };
Option<string?> image = new("--image") { Description = "Your own picture: PNG, JPEG or WebP. Default: a picture that comes with the sample." };
Option<string?> model = new("--model") { Description = "A bundle folder, or the <org>/<name> of a model that 'mglmm pull' fetched. Default: the embedded scenes model." };
Option<string?> ask = new("--ask") { Description = "Carry out one request and exit." };
Option<string> output = new("--output", "-o") { Description = "Folder for pictures and exports.", DefaultValueFactory = _ => Path.Combine("output", "vision-agent") };
Option<string> prompts = new("--prompts") { Description = "Folder of the prompt functions.", DefaultValueFactory = _ => VisionPrompts.DefaultFolder };
RootCommand root = new("A chat agent that works on pictures through Semantic Kernel.\n\n" + ChatEndpoint.Help) { demo, image, model, ask, output, prompts };
root.SetAction((parsed, cancellationToken) => ExitCodes.GuardAsync(() =>
{
    if (parsed.GetValue(demo) && parsed.GetValue(ask) is not null)
    {
        throw new InputException("--demo and --ask exclude each other; give one of them.");
    }

    string bundle = parsed.GetValue(model) is { } named ? BundleRegistry.Resolve(named) : ScenesModel.BundlePath;
    bool embedded = parsed.GetValue(model) is null;
    return parsed.GetValue(demo)
        ? VisionTour.RunAsync(new TourOptions(parsed.GetValue(image), bundle, embedded, parsed.GetRequiredValue(output)), cancellationToken)
        : ChatLoop.RunAsync(
            new AgentOptions(parsed.GetValue(image), bundle, embedded, parsed.GetValue(ask), parsed.GetRequiredValue(output), parsed.GetRequiredValue(prompts)),
            cancellationToken);
}));

ParseResult result = root.Parse(args);
return result.Errors.Count > 0
    ? ExitCodes.Report(ExitCodes.BadInput, $"{result.Errors[0].Message} See --help.")
    : await result.InvokeAsync().ConfigureAwait(false);
