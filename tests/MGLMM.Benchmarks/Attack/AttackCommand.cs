using System.CommandLine;
using System.Runtime.InteropServices;

namespace MGLMM.Benchmarks.Attack;

/// <summary>The attacks of docs/reliability.md, whose figures it prints. Linux only, for it reads /proc.</summary>
internal static class AttackCommand
{
    private static readonly string[] All = ["owners", "bombs", "files", "loads", "swaps", "disk"];

    public static Command Create(Option<string> model, Option<string> images)
    {
        Option<string[]> parts = new("--part") { Description = $"Which attacks: {string.Join(", ", All)}; all where none is named.", AllowMultipleArgumentsPerToken = true };
        Option<int> seconds = new("--seconds") { Description = "How long owners attack each other.", DefaultValueFactory = _ => 30 };
        Option<string?> folder = new("--folder") { Description = "Where to work; a new folder where none is named.", Hidden = true };
        Option<int> count = new("--count") { Description = "For the parts that run in a process of their own.", Hidden = true };
        Command command = new("attack", "Owners that flood, picture bombs, full folders, loads beside a saver, exchanged files, a full disk: what docs/reliability.md says of them.")
        {
            parts, seconds, folder, count, model, images,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] wanted = parsed.GetValue(parts) is { Length: > 0 } named ? named : All;
            if (wanted is ["decode"])
            {
                await DecodingAttack.ChildAsync(parsed.GetRequiredValue(folder)!, parsed.GetValue(count)).ConfigureAwait(false);
                return;
            }

            if (wanted is ["save"])
            {
                await FolderAttack.SaveAsync(parsed.GetRequiredValue(folder)!).ConfigureAwait(false);
                return;
            }

            string work = parsed.GetValue(folder) ?? Directory.CreateTempSubdirectory("mglmm-attack-").FullName;
            Console.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, load before: {LoadAverage()}");
            try
            {
                foreach (string part in wanted)
                {
                    Console.WriteLine();
                    await (part switch
                    {
                        "owners" => OwnersAttack.RunAsync(
                            parsed.GetRequiredValue(model), Directory.GetFiles(parsed.GetRequiredValue(images), "*.png").Order(StringComparer.Ordinal).First(),
                            TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancellationToken),
                        "bombs" => DecodingAttack.RunAsync(work, cancellationToken),
                        "files" => FolderAttack.FilesAsync(work, cancellationToken),
                        "loads" => FolderAttack.LoadsAsync(work, cancellationToken),
                        "swaps" => FolderAttack.SwapsAsync(work, cancellationToken),
                        "disk" => FolderAttack.FullDiskAsync(work, cancellationToken),
                        _ => throw new ArgumentException($"There is no attack '{part}'; there are {string.Join(", ", All)}."),
                    }).ConfigureAwait(false);
                }

                Console.WriteLine();
                Console.WriteLine($"Load after: {LoadAverage()}");
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        });
        return command;
    }

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
