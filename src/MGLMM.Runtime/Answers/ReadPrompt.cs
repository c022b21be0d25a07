using MGLMM.Runtime.Text;

namespace MGLMM.Runtime.Answers;

/// <summary>A prompt that there is room to answer. Immutable by convention.</summary>
/// <param name="Prompt">The whole dialogue up to the open question.</param>
/// <param name="PromptIds">Its ids, the picture being one of them.</param>
/// <param name="Positions">Its positions, the picture's included.</param>
/// <param name="Regions">Boxes for the <c>&lt;bbox&gt;</c> of the whole dialogue.</param>
/// <param name="Placement">Which position takes which box.</param>
internal sealed record ReadPrompt(ConversationPrompt Prompt, int[] PromptIds, int[] Positions, IReadOnlyList<RegionBox> Regions, RegionPlacement Placement);
