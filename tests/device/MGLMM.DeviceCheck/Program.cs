using System.CommandLine;
using MGLMM.DeviceCheck;

Option<bool> cpu = new("--cpu") { Description = "Runs the step on the CPU, at small sizes: proves the check, measures nothing.", Recursive = true };
Option<string> results = new("--out") { Description = "Folder for the results.", DefaultValueFactory = _ => "results", Recursive = true };
Option<string> data = new("--data") { Description = "Folder with the oracles, the embedded model's checkpoint and the pictures.", DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "data"), Recursive = true };
Option<int> layers = new("--layers") { Description = "Layers of the decoder that is made.", DefaultValueFactory = _ => 4 };
Option<string> only = new("--only") { Description = "Variants to run, by a part of their names.", DefaultValueFactory = _ => string.Empty };

Command Step(string name, string description, Action<CheckContext, CheckReport> run, params Option[] options)
{
    Command command = new(name, description);
    foreach (Option option in options)
    {
        command.Options.Add(option);
    }

    command.SetAction(parsed =>
    {
        CheckContext context = new(
            parsed.GetValue(cpu),
            parsed.GetRequiredValue(data),
            options.Contains(layers) ? parsed.GetValue(layers) : 0,
            options.Contains(only) ? parsed.GetRequiredValue(only) : string.Empty);
        CheckReport report = new(name, description, context.Cpu);
        report.Guard(name, () => run(context, report));
        return report.Save(parsed.GetRequiredValue(results)) ? 0 : 1;
    });
    return command;
}

Command markdown = new("report", "Writes cuda.md from the results of all steps in a folder.");
markdown.SetAction(parsed => MarkdownReport.Write(parsed.GetRequiredValue(results)));
RootCommand root = new("Checks the engine on a GPU, step by step.")
{
    cpu,
    results,
    data,
    Step("probe", "What is there", ProbeStep.Run),
    Step("oracles", "The official code's numbers", OracleStep.Run, only),
    Step("embedded", "The embedded model", EmbeddedStep.Run, only),
    Step("decoder", "Decoder layers of a 7 B model's widths", DecoderStep.Run, layers, only),
    Step("vision", "Image encoders at full size", VisionStep.Run, only),
    markdown,
};
return root.Parse(args).Invoke();
