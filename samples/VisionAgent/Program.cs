using System.CommandLine;
using MGLMM.Models.Scenes;
using MGLMM.Samples.VisionAgent;

var demo = new Option<bool>("--demo") { Description = "Show every vision function on one picture. Also what happens without arguments." };
var image = new Option<string?>("--image") { Description = "Your own picture: PNG, JPEG or WebP. Default: a picture that comes with the sample." };
var model = new Option<string?>("--model") { Description = "A bundle folder. Default: the embedded scenes model." };
var ask = new Option<string?>("--ask") { Description = "Put one question or instruction to the model, as it is, instead of the demo." };
var output = new Option<string>("--output", "-o") { Description = "Folder for the overlay pictures.", DefaultValueFactory = _ => Path.Combine("output", "vision-agent") };
var root = new RootCommand("Segments, captions, refers and reasons over a picture, through Semantic Kernel.") { demo, image, model, ask, output };
root.SetAction((parsed, cancellationToken) => ExitCodes.GuardAsync(() =>
{
    if (parsed.GetValue(demo) && parsed.GetValue(ask) is not null)
    {
        throw new InputException("--demo and --ask exclude each other; give one of them.");
    }

    return VisionTour.RunAsync(
        new TourOptions(
            parsed.GetValue(image),
            parsed.GetValue(model) ?? ScenesModel.BundlePath,
            IsEmbeddedModel: parsed.GetValue(model) is null,
            parsed.GetValue(ask),
            parsed.GetRequiredValue(output)),
        cancellationToken);
}));

var result = root.Parse(args);
return result.Errors.Count > 0
    ? ExitCodes.Report(ExitCodes.BadInput, $"{result.Errors[0].Message} See --help.")
    : await result.InvokeAsync().ConfigureAwait(false);
