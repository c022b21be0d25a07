using System.CommandLine;

namespace MGLMM.Cli.Commands;

/// <summary><c>--threads</c>, of every command that loads a model.</summary>
internal static class ThreadsOption
{
    public static Option<int> Create()
    {
        Option<int> threads = new("--threads") { Description = "Threads of one run on the CPU; 0, the default, takes one per core for a large model.", DefaultValueFactory = _ => 0 };
        threads.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int count) && count < 0)
            {
                result.AddError($"--threads is {count}; it must be 0 (one per core for a large model) or more.");
            }
        });
        return threads;
    }
}
