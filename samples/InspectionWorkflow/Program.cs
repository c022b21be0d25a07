// A folder of pictures through typed steps, with a person for the doubtful masks, that goes on where it was stopped:
// dotnet run --project samples/InspectionWorkflow -- [--images folder] [--find expression] [--output folder] [--model bundle] [--approve ask|all|none]
using MGLMM.Models.Scenes;
using MGLMM.Runtime;
using MGLMM.Samples.InspectionWorkflow;
using Microsoft.Extensions.Logging;

Dictionary<string, string> options = new(StringComparer.Ordinal)
{
    ["--images"] = Path.Combine(AppContext.BaseDirectory, "pictures"),
    ["--find"] = "the trees",
    ["--output"] = "inspection",
    ["--model"] = ScenesModel.BundlePath,
    ["--approve"] = "ask",
};
for (int index = 0; index < args.Length; index += 2)
{
    if (!options.ContainsKey(args[index]) || index + 1 == args.Length)
    {
        Console.Error.WriteLine($"'{args[index]}' is none of {string.Join(", ", options.Keys)}, or has no value.");
        return 2;
    }

    options[args[index]] = args[index + 1];
}

if (options["--approve"] is not ("ask" or "all" or "none"))
{
    Console.Error.WriteLine("--approve is ask, all or none.");
    return 2;
}

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) => (pressed.Cancel, _) = (true, stop.CancelAsync());
try
{
    using ILoggerFactory notes = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
    using MglmmModel model = await MglmmModel.LoadAsync(options["--model"], loggerFactory: notes, cancellationToken: stop.Token);
    Inspection inspection = new(model, options["--images"], options["--find"], options["--output"]);
    InspectionReport? report = await InspectionRun.RunAsync(inspection, Approve, Console.WriteLine, stop.Token);
    Console.WriteLine(report is null ? "A person has to look at the masks above: run it again to go on there." : $"Inspected {report.Pictures} pictures: {report.Path}");
    return report is null ? 3 : 0;
}
catch (OperationCanceledException)
{
    Console.WriteLine("Stopped. Run it again to go on from here.");
    return 130;
}
catch (Exception exception) when (exception is InvalidOperationException or IOException or UnauthorizedAccessException or MGLMM.Runtime.Bundles.BundleException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

IReadOnlyList<string>? Approve(ApprovalRequest request)
{
    List<string> rejected = [];
    foreach (Doubt doubt in request.Doubts)
    {
        Console.WriteLine($"{request.Picture.File.Name}: {doubt.Region} is doubtful, for {doubt.Why}. See {doubt.Preview}");
        bool keeps = options["--approve"] == "all";
        if (options["--approve"] == "ask")
        {
            Console.Write("Keep it? [y/n] ");
            if (Console.ReadLine() is not { } answer)
            {
                Console.WriteLine();
                return null;
            }

            keeps = answer.Trim().StartsWith('y');
        }

        if (!keeps)
        {
            rejected.Add(doubt.Region);
        }
    }

    return rejected;
}
