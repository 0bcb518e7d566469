/** What came of a case without the secrets of the client: before it is judged, so that no verdict quotes one. */

import type { CaseObservation } from '../../scoring/client/observation.ts';
import { opcodes } from '../../wire/client-connection.ts';
import { ReceivedSecrets } from '../../wire/redaction/received-secrets.ts';
import { shownOutput } from '../process/process-group.ts';

export function maskObservation(observation: CaseObservation): CaseObservation {
  const { connections, process } = observation;
  const secrets = new ReceivedSecrets(connections.map(({ received }) => received.toString('latin1')));
  return {
    ...observation,
    connections: connections.map((connection) => ({
      ...connection,
      requests: connection.requests.map((request) => ({
        ...request,
        requestLine: secrets.maskLine(request.requestLine),
        target: secrets.maskLine(request.target),
        fields: request.fields.map((field) => secrets.maskField(field)),
      })),
      received: secrets.maskReceived(connection.received),
      sent: secrets.maskEchoes(connection.sent),
      frames: connection.frames.map((frame) =>
        // What a Pong has to repeat comes from our side.
        frame.opcode === opcodes.pong ? frame : { ...frame, payload: secrets.maskEchoes(frame.payload) },
      ),
    })),
    process: process && { ...process, output: shownOutput(secrets.maskText(process.output)) },
  };
}
