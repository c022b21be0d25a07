namespace MGLMM.Samples.VisionAgent.Chat;

/// <summary>What the command line asks of the agent.</summary>
/// <param name="Image">A picture's file; null takes one that comes with the sample.</param>
/// <param name="Model">The bundle's folder.</param>
/// <param name="IsEmbeddedModel">Whether that is the scenes model of this repository.</param>
/// <param name="Ask">One request to carry out before leaving; null starts a chat.</param>
/// <param name="Output">The folder for pictures and exports.</param>
/// <param name="Prompts">The folder of the prompt functions.</param>
internal sealed record AgentOptions(string? Image, string Model, bool IsEmbeddedModel, string? Ask, string Output, string Prompts);
