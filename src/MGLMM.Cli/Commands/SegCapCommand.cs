using System.CommandLine;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm segcap check|sheet &lt;file&gt;</c>: looks into SegCap files.</summary>
internal static class SegCapCommand
{
    public static Command Create() => new("segcap", "Checks SegCap files and draws what is in them.") { SegCapCheckCommand.Create(), SegCapSheetCommand.Create() };
}
