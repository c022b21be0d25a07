using System.CommandLine;

namespace MGLMM.Cli.Commands;

/// <summary><c>--block-size</c>, of the commands that convert.</summary>
internal static class BlockSizeOption
{
    public static Option<int> Create()
    {
        Option<int> blockSize = new("--block-size")
        {
            Description = "How many weights of an int4 decoder share one scale: 32, 64 or 128 (a tenth smaller, and prompts are read in two thirds of the time; weights lie an eighth further from what they were).",
            DefaultValueFactory = _ => 32,
        };
        blockSize.AcceptOnlyFromAmong("32", "64", "128");
        return blockSize;
    }
}
